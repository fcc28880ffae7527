import { type ComponentState, successorBy } from './component-automaton.ts';
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

/** For tables that nobody compares two places by: each state is like itself alone. */
export function unlike(states: readonly ComponentState[]): Uint32Array {
  return Uint32Array.from(states, (_, state) => state);
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
  const [changed, clean] = [members.filter((state) => dirty.has(state)), members.filter((state) => !dirty.has(state))];
  // States whose successors kept their classes were alike and still are: one speaks for all.
  const speaker = clean.slice(0, 1);
  const groups = groupsOfAlike(states, classOf, [...speaker, ...changed], budget);
  const [staying = [], ...leaving] = groups
    .map((group) => (clean.length > 0 && group[0] === clean[0] ? [...clean, ...group.slice(1)] : group))
    .sort((a, b) => b.length - a.length);
  return { staying, leaving };
}

/** A few names tell most states apart. Whole functions, which take longer, are compared only of those that they do not. */
function groupsOfAlike(
  states: readonly ComponentState[],
  classOf: Uint32Array,
  candidates: readonly number[],
  budget: WorkBudget,
): number[][] {
  const of = (index: number) => states[index] as ComponentState;
  const names = someNames(candidates.map(of));
  const sampled = grouped(candidates, (index) => {
    budget.spend(names.length);
    return names.map((name) => classOf[successorBy(of(index), name)]).join();
  });
  return sampled.flatMap((group) => {
    if (group.length === 1) return [group];
    return grouped(group, (index) => {
      const { edges, matcher } = of(index);
      budget.spend(1 + edges.size + (matcher?.dfa.rows ?? 0) * 16);
      return functionKey(of(index), classOf);
    });
  });
}

function grouped(members: readonly number[], keyOf: (member: number) => string): number[][] {
  return [...Map.groupBy(members, keyOf).values()];
}

/** Looking up names of all candidates together: many where candidates are few. */
const MOST_LOOK_UPS = 100_000;
const LEAST_SAMPLES = 8;
/** Hardly any pattern has it. */
const RARE_NAME = '\u0001';

function someNames(states: readonly ComponentState[]): string[] {
  const most = Math.max(LEAST_SAMPLES, MOST_LOOK_UPS / states.length);
  const names = new Set([RARE_NAME]);
  for (const { edges } of states) {
    for (const name of edges.keys()) {
      names.add(name);
      if (names.size >= most) return [...names];
    }
  }
  return [...names];
}

/** Dead first, then as states come: the same policy always gets the same numbers. */
function numbered(classOf: Uint32Array): Uint32Array {
  const numbers = new Map<number, number>();
  return classOf.map((own) => {
    if (!numbers.has(own)) numbers.set(own, numbers.size);
    return numbers.get(own) as number;
  });
}
