import type { CompileLimits } from '../limits.ts';
import { type ByteDfa, type GlobId, matchedBy, outcomeOf } from './byte-dfa.ts';
import type { PatternTrie } from './pattern-trie.ts';
import { LimitExceeded, type WorkBudget } from './work-budget.ts';

/** One deterministic state: a set of places in patterns, and where each name leads. */
export type ComponentState = {
  /** Trie nodes, ascending. */
  nodes: readonly number[];
  /** For a name without an edge that no wildcard component takes. */
  wild: number;
  /** By byte key; only names that lead elsewhere than the matcher or `wild` would. */
  edges: ReadonlyMap<string, number>;
  /** For names without an edge: outcome -> state, 0 where `wild` holds. */
  matcher: { dfa: ByteDfa; targets: readonly number[] } | null;
};

export const DEAD = 0;

/** The state that a name leads to, given as its byte key. */
export function successorBy({ edges, matcher, wild }: ComponentState, name: string): number {
  return edges.get(name) ?? ((matcher?.targets[outcomeOf(matcher.dfa, name)] ?? DEAD) || wild);
}

/** Subset construction over components: what a set of names and wildcards leads to is worked out once per set. */
export class ComponentAutomaton {
  readonly states: ComponentState[] = [{ nodes: [], wild: DEAD, edges: new Map(), matcher: null }];
  private readonly numbers = new Map<string, number>([['', DEAD]]);
  private readonly pending: (readonly number[])[] = [[]];
  private readonly trie: PatternTrie;
  private readonly limits: CompileLimits;
  private readonly budget: WorkBudget;
  private edgeCount = 0;

  constructor(trie: PatternTrie, limits: CompileLimits, budget: WorkBudget) {
    this.trie = trie;
    this.limits = limits;
    this.budget = budget;
  }

  /** The state that stands for these trie nodes; its own successors are worked out by `complete`. */
  stateOf(nodes: Iterable<number>): number {
    const set = this.closure(nodes);
    const key = set.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const state = this.pending.push(set) - 1;
    this.numbers.set(key, state);
    if (state >= this.limits.states) throw new LimitExceeded('too-many-states', this.limits.states);
    return state;
  }

  /** Works out every state that can be reached from those asked for so far. */
  complete(): void {
    for (let state = this.states.length; state < this.pending.length; state += 1) {
      this.states.push(this.expand(this.pending[state] as readonly number[]));
    }
  }

  /** The set of trie nodes after one more name. */
  after(nodes: Iterable<number>, name: string): Set<number> {
    const step = this.gather(this.closure(nodes));
    const matched = step.matcher === null ? [] : matchedBy(step.matcher, name);
    return this.targetsOf(step, step.literals.get(name) ?? [], matched);
  }

  /** Trie nodes of every state worked out or waiting, for blame. */
  allNodes(): readonly (readonly number[])[] {
    return this.pending;
  }

  private closure(nodes: Iterable<number>): number[] {
    const all = new Set(nodes);
    for (const index of all) {
      const node = this.trie.at(index);
      if (node.deep !== null) all.add(node.deep);
      for (const also of node.also) all.add(also);
    }
    this.budget.spend(all.size);
    // A node that leads nowhere and ends no rule would only tell equal states apart.
    return [...all].filter((index) => this.matters(index)).sort((a, b) => a - b);
  }

  private matters(index: number): boolean {
    const { rules, literals, globs, any, loops } = this.trie.at(index);
    return rules.length > 0 || literals.size > 0 || globs.size > 0 || any !== null || loops;
  }

  private gather(nodes: readonly number[]): Step {
    const literals = new Map<string, number[]>();
    const globTargets = new Map<GlobId, number[]>();
    const wild: number[] = [];
    for (const index of nodes) {
      const node = this.trie.at(index);
      if (node.loops) wild.push(index);
      if (node.any !== null) wild.push(node.any);
      for (const [name, children] of node.literals) append(literals, name, children);
      for (const [glob, child] of node.globs) append(globTargets, glob, [child]);
      this.budget.spend(1 + node.literals.size + node.globs.size);
    }
    const globs = [...globTargets.keys()].sort((a, b) => a - b);
    return { literals, globTargets, wild, matcher: globs.length === 0 ? null : this.trie.matchers.of(globs) };
  }

  private targetsOf(step: Step, children: readonly number[], matched: readonly number[]): Set<number> {
    const targets = new Set([...step.wild, ...children]);
    for (const glob of matched) for (const child of step.globTargets.get(glob as GlobId) ?? []) targets.add(child);
    return targets;
  }

  private expand(nodes: readonly number[]): ComponentState {
    const step = this.gather(nodes);
    const wild = this.stateOf(step.wild);
    const { matcher } = step;
    const targets = (matcher?.outcomes ?? []).map((matched) =>
      matched.length === 0 ? DEAD : this.stateOf(this.targetsOf(step, [], matched)),
    );
    const edges = new Map<string, number>();
    for (const [name, children] of step.literals) {
      const matched = matcher === null ? [] : matchedBy(matcher, name);
      this.budget.spend(name.length);
      const fallback = matched.length === 0 ? wild : this.stateOf(this.targetsOf(step, [], matched));
      const next = this.stateOf(this.targetsOf(step, children, matched));
      if (next !== fallback) edges.set(name, next);
    }
    this.edgeCount += edges.size;
    if (this.edgeCount > this.limits.edges) throw new LimitExceeded('too-many-edges', this.limits.edges);
    return { nodes, wild, edges, matcher: matcher === null ? null : { dfa: matcher, targets } };
  }
}

type Step = {
  literals: Map<string, number[]>;
  globTargets: Map<GlobId, number[]>;
  wild: number[];
  matcher: ByteDfa | null;
};

function append<Key>(map: Map<Key, number[]>, key: Key, values: readonly number[]): void {
  const present = map.get(key);
  if (present === undefined) map.set(key, [...values]);
  else present.push(...values);
}
