import type { ByteDfa } from './byte-dfa.ts';
import { NAME_BYTES } from './byte-ranges.ts';
import type { ComponentState } from './component-automaton.ts';

/** For each state the strictest verdict at or below it, given each state's own. */
export function strictestBelow(states: readonly ComponentState[], own: readonly number[]): Uint8Array {
  const strictest = Uint8Array.from(own);
  const predecessors: number[][] = states.map(() => []);
  states.forEach((state, index) => {
    for (const next of successorsOf(state)) predecessors[next]?.push(index);
  });
  const levels = [...new Set(own)].sort((a, b) => b - a);
  for (const level of levels) {
    const reached = states.flatMap((_, state) => (own[state] === level ? [state] : []));
    for (const state of reached) {
      for (const before of predecessors[state] as number[]) {
        if ((strictest[before] as number) >= level) continue;
        strictest[before] = level;
        reached.push(before);
      }
    }
  }
  return strictest;
}

/** Every state that some name leads to. */
export function successorsOf(state: ComponentState): Set<number> {
  const successors = new Set(state.edges.values());
  if (state.matcher === null) return successors.add(state.wild);
  for (const target of state.matcher.targets) if (target !== 0) successors.add(target);
  if (leavesNamesOver(state.matcher.dfa)) successors.add(state.wild);
  return successors;
}

/** Whether some name is taken by no wildcard component. */
function leavesNamesOver({ rows, classes, width, next, outcome }: ByteDfa): boolean {
  if (NAME_BYTES.some(({ low, high }) => classes.subarray(low, high + 1).includes(0))) return true;
  for (let row = 1; row < rows; row += 1) {
    if (row > 1 && outcome[row] === 0) return true;
    if (next.subarray(row * width + 1, (row + 1) * width).includes(0)) return true;
  }
  return false;
}
