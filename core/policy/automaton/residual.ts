import type { ComponentState } from './component-automaton.ts';
import { functionKey } from './component-function.ts';
import { successorsOf } from './strictest.ts';
import type { WorkBudget } from './work-budget.ts';

/**
 * Numbers the states so that two have the same number exactly if every further path gets the same verdicts from both,
 * whatever the rules are called. The dead state, and every state from which no rule can match, has 0.
 *
 * Partition refinement: classes start as equal verdicts and are split while members lead to different classes. After a
 * split only states that lead to a renamed class can differ, so only these are looked at again.
 */
export function residualsOf(
  states: readonly ComponentState[],
  verdictKeys: readonly string[],
  budget: WorkBudget,
): Uint32Array {
  const classOf = initialClasses(verdictKeys);
  const members = membersOf(classOf);
  const predecessors: number[][] = states.map(() => []);
  states.forEach((state, index) => {
    for (const next of successorsOf(state)) predecessors[next]?.push(index);
  });
  let dirty = new Set(states.keys());
  while (dirty.size > 0) {
    const renamed = refine(states, classOf, members, dirty, budget);
    dirty = new Set(renamed.flatMap((state) => predecessors[state] as number[]));
  }
  return numbered(classOf);
}

function initialClasses(keys: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(keys, (key) => {
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key) as number;
  });
}

function membersOf(classOf: Uint32Array): number[][] {
  const members: number[][] = [];
  classOf.forEach((own, state) => {
    members[own] ??= [];
    members[own]?.push(state);
  });
  return members;
}

/** Splits every class that has a dirty member; yields the states that got a new class. */
function refine(
  states: readonly ComponentState[],
  classOf: Uint32Array,
  members: number[][],
  dirty: ReadonlySet<number>,
  budget: WorkBudget,
): number[] {
  const touched = [...new Set(Array.from(dirty, (state) => classOf[state] as number))].sort((a, b) => a - b);
  const splits = touched.map((own) => ({
    own,
    ...splitClass(states, classOf, members[own] as number[], dirty, budget),
  }));
  // Renamed only after all were compared against one and the same partition.
  for (const { own, staying, leaving } of splits) {
    members[own] = staying;
    for (const group of leaving) {
      const renamed = members.push(group) - 1;
      for (const state of group) classOf[state] = renamed;
    }
  }
  return splits.flatMap(({ leaving }) => leaving.flat());
}

/** The largest group of alike states stays, the others leave. */
function splitClass(
  states: readonly ComponentState[],
  classOf: Uint32Array,
  members: number[],
  dirty: ReadonlySet<number>,
  budget: WorkBudget,
): { staying: number[]; leaving: number[][] } {
  if (members.length === 1) return { staying: members, leaving: [] };
  const keyOf = (index: number) => {
    const state = states[index] as ComponentState;
    budget.spend(1 + state.edges.size + (state.matcher?.dfa.rows ?? 0) * 16);
    return functionKey(state, classOf);
  };
  const groups = new Map<string, number[]>();
  const clean: number[] = [];
  for (const state of members) {
    if (!dirty.has(state)) clean.push(state);
    else {
      const key = keyOf(state);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [state]);
      else group.push(state);
    }
  }
  // States whose successors kept their classes were alike and still are: one speaks for all.
  if (clean.length > 0) {
    const key = keyOf(clean[0] as number);
    groups.set(key, [...clean, ...(groups.get(key) ?? [])]);
  }
  const [staying = [], ...leaving] = [...groups.values()].sort((a, b) => b.length - a.length);
  return { staying, leaving };
}

/** Dead first, then as states come: the same policy always gets the same numbers. */
function numbered(classOf: Uint32Array): Uint32Array {
  const numbers = new Map<number, number>();
  return classOf.map((own) => {
    if (!numbers.has(own)) numbers.set(own, numbers.size);
    return numbers.get(own) as number;
  });
}
