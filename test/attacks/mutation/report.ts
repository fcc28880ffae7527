/** What the mutation run has found on one kernel, for people and for `--json`. */
import { type Cell, type CellState, stateOf } from './mutant.ts';

export type MutantsGuest = {
  readonly kernelRelease: string;
  readonly accelerator: string;
  readonly seconds: number;
  /** Why it did not come to its end; empty: it did. */
  readonly ended: string;
};

export type KernelMutants = {
  readonly kernel: string;
  readonly release: string;
  readonly accelerator: string;
  readonly seconds: number;
  readonly ended: string;
  readonly total: number;
  readonly counts: Readonly<Record<CellState, number>>;
  /** Programs that nothing was tried without. */
  readonly untried: readonly string[];
  readonly mutants: readonly (Cell & { readonly state: CellState })[];
};

/** A mutant may have been tried in several places: what noticed it counts in all. */
function merged(cells: readonly Cell[]): (Cell & { state: CellState })[] {
  const byName = Map.groupBy(cells, ({ mutant }) => mutant);
  return [...byName].map(([mutant, all]) => {
    const shared = all.find((cell) => cell.shared !== undefined)?.shared;
    const cell: Cell = {
      mutant,
      through: all.flatMap(({ through }) => through),
      failed: all.flatMap(({ failed }) => failed),
      tried: all.reduce((sum, { tried }) => sum + tried, 0),
      notPutBack: all.flatMap(({ notPutBack }) => notPutBack),
      seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
      ...(shared !== undefined && { shared }),
    };
    return { state: stateOf(cell), ...cell };
  });
}

export function mutantsReport(
  kernel: string,
  guest: MutantsGuest,
  programs: readonly string[],
  cells: readonly Cell[],
): KernelMutants {
  const mutants = merged(cells);
  const counts = { 'attack through': 0, 'work fails': 0, shared: 0, unnoticed: 0, 'not put back': 0 };
  for (const { state } of mutants) counts[state] += 1;
  const tried = new Set(mutants.map(({ mutant }) => mutant));
  return {
    ...{
      kernel,
      release: guest.kernelRelease,
      accelerator: guest.accelerator,
      seconds: Math.round(guest.seconds),
      ended: guest.ended,
    },
    ...{ total: mutants.length, counts, untried: programs.filter((program) => !tried.has(program)), mutants },
  };
}

export const isGood = ({ ended, counts, untried }: KernelMutants): boolean =>
  ended === '' && counts.unnoticed === 0 && counts['not put back'] === 0 && untried.length === 0;

export function printMutants({ release, accelerator, seconds, ended, counts, untried, mutants }: KernelMutants): void {
  console.log(`\nLinux ${release} (${accelerator}, ${seconds} s) ${ended}`);
  for (const { state, mutant, through, failed, shared, notPutBack } of mutants) {
    const by = {
      'attack through': through,
      'work fails': failed,
      shared: [shared],
      unnoticed: [],
      'not put back': notPutBack,
    };
    console.log(`  ${state.padEnd(14)}  ${mutant.padEnd(34)}  ${by[state].join(', ')}`);
  }
  for (const program of untried) console.log(`  ${'NOT TRIED'.padEnd(14)}  ${program}`);
  console.log(
    `  ${Object.entries(counts)
      .map(([state, count]) => `${state}: ${count}`)
      .join(', ')}, not tried: ${untried.length}`,
  );
}
