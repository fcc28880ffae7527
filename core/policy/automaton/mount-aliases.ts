import { pathComponents } from '../host-path.ts';
import { byteKey } from '../pattern/bytes.ts';
import type { Mount } from '../tables.ts';
import type { ComponentAutomaton } from './component-automaton.ts';
import { type PatternTrie, ROOT } from './pattern-trie.ts';

/**
 * The trie nodes at which a walk from the root of each superblock begins, by device.
 *
 * A mount shows what is below its root R at its mountpoint M: a path p at or below R has the host path M + (p - R). So
 * the nodes reached by M stand at the end of a chain of the names of R. All mounts of a superblock are begun at once.
 * A mount below another's mountpoint hides files of the latter; this is not taken into account, so a hidden file keeps
 * the host path it would have without the upper mount.
 */
export function startNodes(
  mounts: readonly Mount[],
  trie: PatternTrie,
  automaton: ComponentAutomaton,
): Map<number, Set<number>> {
  const starts = new Map<number, Set<number>>();
  const sorted = [...mounts].sort(
    (a, b) => a.device - b.device || order(a.root, b.root) || order(a.mountpoint, b.mountpoint),
  );
  const entries = new Map<number, number>();
  for (const mount of sorted) {
    let entry = entries.get(mount.device);
    if (entry === undefined) {
      entry = trie.node(null);
      entries.set(mount.device, entry);
      starts.set(mount.device, new Set([entry]));
    }
    const shown = hostNodes(mount.mountpoint, automaton);
    if (shown.size === 0) continue;
    const end = keysOf(mount.root).reduce((at, name) => trie.literal(at, name, null), entry);
    trie.at(end).also = [...new Set([...trie.at(end).also, ...shown])];
  }
  return starts;
}

function hostNodes(mountpoint: string, automaton: ComponentAutomaton): Set<number> {
  let nodes = new Set([ROOT]);
  for (const name of keysOf(mountpoint)) nodes = automaton.after(nodes, name);
  return nodes;
}

function keysOf(path: string): string[] {
  return pathComponents(path).map(byteKey);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
