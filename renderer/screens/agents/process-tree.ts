import type { Pid } from '../../../core/protocol/scalars.ts';

type Process = { readonly pid: number; readonly executable: string | null };

export type TreeNode = {
  readonly pid: number;
  readonly executable: string | null;
  readonly alive: boolean;
  readonly children: readonly TreeNode[];
};

export type ProcessTree = {
  readonly roots: readonly TreeNode[];
  /** Alive, but nothing was seen of whose children they are. */
  readonly strays: readonly number[];
};

/**
 * The tree of a session, from its living processes and from the chains that were seen of it (the asking process first, then its
 * ancestors; the newest chain first). Processes that have ended are in it only to hold living ones together.
 */
export function processTree(
  pids: readonly Pid[] | readonly number[],
  chains: readonly (readonly Process[])[],
): ProcessTree {
  const alive = new Set<number>(pids);
  const parents = new Map<number, number>();
  const executables = new Map<number, string | null>();
  for (const chain of chains) {
    chain.forEach(({ pid, executable }, index) => {
      const parent = chain[index + 1]?.pid;
      // The newest chain comes first and is right; an older one may speak of another process under the same number.
      if (parent !== undefined && !parents.has(pid) && !leadsTo(parents, parent, pid)) parents.set(pid, parent);
      if (!executables.has(pid)) executables.set(pid, executable);
    });
  }
  const first = pids[0];
  const known = [...alive].filter((pid) => pid === first || parents.has(pid) || executables.has(pid));
  const shown = new Set(known.flatMap((pid) => [pid, ...ancestors(parents, pid)]));
  const node = (pid: number): TreeNode => ({
    pid,
    executable: executables.get(pid) ?? null,
    alive: alive.has(pid),
    children: [...shown]
      .filter((each) => parents.get(each) === pid)
      .sort((a, b) => a - b)
      .map(node),
  });
  return {
    roots: [...shown]
      .filter((pid) => !shown.has(parents.get(pid) ?? -1))
      .sort((a, b) => a - b)
      .map(node),
    strays: [...alive].filter((pid) => !shown.has(pid)),
  };
}

function leadsTo(parents: ReadonlyMap<number, number>, from: number, to: number): boolean {
  return from === to || ancestors(parents, from).includes(to);
}

function ancestors(parents: ReadonlyMap<number, number>, pid: number): number[] {
  const line: number[] = [];
  for (let next = parents.get(pid); next !== undefined; next = parents.get(next)) line.push(next);
  return line;
}
