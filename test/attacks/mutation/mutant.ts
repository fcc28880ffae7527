/** What is taken out of the kernel side, and what has to be noticed then. */
import { z } from 'zod';
import { ATTACKS } from '../attack.ts';
import list from './mutants.json' with { type: 'json' };
import type { Outcome } from './witness.ts';

const mutantSchema = z.strictObject({
  /** Programs that are taken out together: the same thing is held by each of them. */
  programs: z.array(z.string().regex(/^rf_[a-z0-9_]+$/)).min(1),
  /** Witnesses by arena, beside the attacks whose row names the hook. */
  tried: z.record(z.string(), z.array(z.string()).min(1)),
  /** Why nobody can notice it when it is taken out alone. */
  shared: z.string().optional(),
});

export type Mutant = z.infer<typeof mutantSchema>;

const LISTED: readonly Mutant[] = z.array(mutantSchema).parse(list);
const MOST_BY_HOOK = 5;

export const nameOf = ({ programs }: Pick<Mutant, 'programs'>): string => programs.join(' + ');

/** `rf_everyone_file_open` is not what attacks on agents are about. */
const OF_OTHERS = /^rf_(everyone|names|bytes|skills)_/;

/** Attacks whose row names the program's hook: the first of them, and those that name nothing else before others. */
export function attacksOn(program: string): string[] {
  if (OF_OTHERS.test(program)) return [];
  const hook = program.replace(/^rf_/, '');
  const named = ATTACKS.filter((attack) => attack.hook.split(/[,;]\s*/).includes(hook) && attack.top !== true);
  const first = (one: (typeof named)[number]) => (one.hook.startsWith(hook) ? 0 : 1);
  return [...named]
    .sort((one, other) => first(one) - first(other))
    .slice(0, MOST_BY_HOOK)
    .map(({ name }) => name);
}

/** Every loaded program alone, then those that are listed together. What is listed for one alone is added to its attacks. */
export function mutantsOf(programs: readonly string[]): Mutant[] {
  const alone = programs.map((program): Mutant => {
    const listed = LISTED.find(({ programs: [first, ...more] }) => first === program && more.length === 0);
    const agents = [...attacksOn(program), ...(listed?.tried.agents ?? [])];
    const tried = { ...listed?.tried, ...(agents.length > 0 && { agents }) };
    return { programs: [program], tried, ...(listed?.shared !== undefined && { shared: listed.shared }) };
  });
  const together = LISTED.filter(
    (mutant) => mutant.programs.length > 1 && mutant.programs.every((one) => programs.includes(one)),
  );
  return [...alone, ...together];
}

/** One mutant on one kernel. */
export type Cell = {
  readonly mutant: string;
  /** Attacks that got through; work that failed; neither: nobody noticed. */
  readonly through: string[];
  readonly failed: string[];
  /** Everything that was tried. */
  readonly tried: number;
  /** With all programs in their place again, something was still not as it should be. */
  readonly notPutBack: string[];
  readonly seconds: number;
  readonly shared?: string;
};

export type CellState = 'attack through' | 'work fails' | 'shared' | 'unnoticed' | 'not put back';

export function stateOf({ through, failed, notPutBack, shared }: Cell): CellState {
  if (notPutBack.length > 0) return 'not put back';
  if (through.length > 0) return 'attack through';
  if (failed.length > 0) return 'work fails';
  return shared === undefined ? 'unnoticed' : 'shared';
}

/** Only what is as it should be with the guard whole says something when a program is missing. */
export function cellOf(mutant: Mutant, mutated: readonly Outcome[], after: readonly Outcome[], seconds: number): Cell {
  const told = ({ name, detail }: Outcome) => (detail === '' ? name : `${name}: ${detail}`);
  return {
    mutant: nameOf(mutant),
    through: mutated.filter(({ state }) => state === 'through').map(({ name }) => name),
    failed: mutated.filter(({ state }) => state === 'failed').map(told),
    tried: mutated.length,
    notPutBack: after.filter(({ state }) => state === 'through' || state === 'failed').map(told),
    seconds: Math.round(seconds * 10) / 10,
    ...(mutant.shared !== undefined && { shared: mutant.shared }),
  };
}
