/**
 * Programs that run a file which their arguments name, and how that file is found among the arguments. Who runs a skill's file in this way
 * is bound to the skill: docs/decisions/0015.
 */
import { z } from 'zod';
import data from './interpreters.json' with { type: 'json' };

/** As long as the kernel compares: RF_INTERPRETER_WORD without its end. What is longer counts as its beginning. */
const MOST_COMPARED = 27;

const word = z.string().regex(/^[-.A-Za-z0-9]+$/);
const words = z.array(word).default([]);

export const interpretersSchema = z.strictObject({
  interpreters: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z]+$/),
        /** Regular expression for the whole name of its file. */
        files: z.string().min(1),
        /** What such a name is without its version: up to its first digit. Files of that name count wherever they lie. */
        names: z.array(z.string().regex(/^[-_a-z]{1,27}$/)),
        /** `-ec` is `-e -c`. */
        clusters: z.boolean().default(false),
        /** `+x` is an option, and `-` ends them. */
        plus: z.boolean().default(false),
        /** `main` may be `main.js`. */
        extensions: z.boolean().default(false),
        /** The program that it is to run may be any file that it opens. */
        loads: z.boolean().default(false),
        /** `--no-x` stands alone where `--x` does. */
        negates: z.boolean().default(false),
        /** Options whose value is the next argument, or the rest of their own where letters come in clusters. */
        values: words,
        /** Options, and commands, after which what is run is no file. */
        noFile: words,
        /** Commands and options that stand before the file. */
        commands: words,
        /** Letters that take the rest of their argument, and nothing after it. */
        rest: words,
        /** Options without a value. */
        alone: words,
        /** Options that may have a value, or be letters among others and have it all the same. So is every option that is not listed. */
        maybe: words,
      }),
    )
    .max(255),
});

export type Interpreter = z.output<typeof interpretersSchema>['interpreters'][number] & { readonly number: number };

const KINDS = ['values', 'noFile', 'commands', 'rest', 'alone', 'maybe'] as const;
/** What a word of an interpreter's arguments means. */
export type WordKind = (typeof KINDS)[number];

/** Numbered 1, 2, 3 … in the order of the data file. */
export const INTERPRETERS: readonly Interpreter[] = interpretersSchema
  .parse(data)
  .interpreters.map((interpreter, index) => ({ ...interpreter, number: index + 1 }));

/** The interpreter whose file has such a name; null: none that is known. */
export function interpreterNamed(file: string): Interpreter | null {
  return INTERPRETERS.find(({ files }) => new RegExp(`^(?:${files})$`).test(file)) ?? null;
}

/** A file's name without its version. */
export function withoutVersion(file: string): string {
  return file.replace(/[0-9].*$/s, '');
}

/** What each of its words means, as far as words are compared. Where two long ones begin alike it may be either. */
export function wordsOf(interpreter: Interpreter): ReadonlyMap<string, WordKind> {
  const negated = interpreter.negates ? interpreter.alone.filter((one) => one.startsWith('--')) : [];
  const all = KINDS.flatMap((kind) => interpreter[kind].map((one) => [one, kind] as const));
  const found = new Map<string, WordKind>();
  for (const [one, kind] of [...all, ...negated.map((one) => [one.replace('--', '--no-'), 'alone'] as const)]) {
    const compared = one.slice(0, MOST_COMPARED);
    const other = found.get(compared);
    found.set(compared, other === undefined || other === kind ? kind : 'maybe');
  }
  return found;
}
