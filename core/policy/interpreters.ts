/**
 * Programs that run a file which their arguments name, and how that file is found among the arguments. Who runs a skill's file in this way
 * is bound to the skill: docs/decisions/0015.
 */
import { z } from 'zod';
import data from './interpreters.json' with { type: 'json' };

/** As long as the kernel compares: RF_INTERPRETER_WORD without its end. */
const word = z.string().regex(/^[-A-Za-z0-9]{1,27}$/);
const words = z.array(word).default([]);

export const interpretersSchema = z.strictObject({
  interpreters: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z]+$/),
        /** Regular expression for the whole name of its file. */
        files: z.string().min(1),
        /** `-ec` is `-e -c`. */
        clusters: z.boolean().default(false),
        /** `+x` is an option. */
        plus: z.boolean().default(false),
        /** `main` may be `main.js`. */
        extensions: z.boolean().default(false),
        /** The program that it is to run may be any file that it opens. */
        loads: z.boolean().default(false),
        /** Options whose value is the next argument, or the rest of their own where letters come in clusters. */
        values: words,
        /** Options, and commands, after which what is run is no file. */
        noFile: words,
        /** Options whose value is the name of a module that is run. */
        modules: words,
        /** Commands that stand before the file. */
        commands: words,
        /** Letters that take the rest of their argument, and nothing after it. */
        rest: words,
      }),
    )
    .max(255),
});

export type Interpreter = z.output<typeof interpretersSchema>['interpreters'][number] & { readonly number: number };

/** Numbered 1, 2, 3 … in the order of the data file. */
export const INTERPRETERS: readonly Interpreter[] = interpretersSchema
  .parse(data)
  .interpreters.map((interpreter, index) => ({ ...interpreter, number: index + 1 }));

/** The interpreter whose file has such a name; null: none that is known. */
export function interpreterNamed(file: string): Interpreter | null {
  return INTERPRETERS.find(({ files }) => new RegExp(`^(?:${files})$`).test(file)) ?? null;
}
