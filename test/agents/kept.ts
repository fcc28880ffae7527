/** Results that the repository keeps, cell by cell. Pure. */
import type { GuardedCell } from './guarded-cell.ts';
import type { Recognised } from './run-record.ts';

/** `of`: a digest of all that counts for it. Commit and day are those on which it was judged: its runs may be older, with the same digest. */
export type Made = { readonly of: string; readonly commit: string; readonly date: string };

export type MadeCell = GuardedCell & { readonly made: Made };
export type MadeStarts = Recognised & { readonly made: Made };

/** What agents came to on one kernel. */
export type OnKernel = {
  readonly kernel: string;
  readonly cells: readonly MadeCell[];
  readonly recognised: readonly MadeStarts[];
};

/** What was found now in the place of what was kept of the same, and the rest as it was. */
export function merged(kept: readonly OnKernel[], found: readonly OnKernel[]): OnKernel[] {
  const kernels = [...new Set([...kept, ...found].map(({ kernel }) => kernel))].sort();
  return kernels.map((kernel) => {
    const both = [kept, found].map((all) => all.find((one) => one.kernel === kernel));
    return {
      kernel,
      cells: lastOf(
        both.flatMap((one) => one?.cells ?? []),
        ({ agent, kind, task }) => `${agent} ${kind} ${task}`,
      ),
      recognised: lastOf(
        both.flatMap((one) => one?.recognised ?? []),
        ({ agent }) => agent,
      ),
    };
  });
}

/** Those of them that stand on what is there now. `now`: their digests. */
export function standing(
  { kernel, cells, recognised }: OnKernel,
  now: { readonly ofCell: (one: MadeCell) => string | null; readonly ofStarts: (agent: string) => string | null },
): OnKernel {
  return {
    kernel,
    cells: cells.filter((one) => one.made.of === now.ofCell(one)),
    recognised: recognised.filter(({ agent, made }) => made.of === now.ofStarts(agent)),
  };
}

function lastOf<One>(all: readonly One[], keyOf: (one: One) => string): One[] {
  const byKey = new Map(all.map((one) => [keyOf(one), one]));
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}
