import { MAX_LITERAL_ALTERNATIVES } from '../limits.ts';
import type { PathPattern } from '../pattern/pattern.ts';
import type { RuleId } from '../rule.ts';
import type { ByteMatchers, GlobId } from './byte-dfa.ts';
import { finiteNames } from './finite-names.ts';
import type { WorkBudget } from './work-budget.ts';

/** A place in one or more patterns, reached by the components before it. */
export type TrieNode = {
  /** Names as byte keys. */
  literals: Map<string, number[]>;
  globs: Map<GlobId, number>;
  /** After a component `*`. */
  any: number | null;
  /** After `**`, which may stand for nothing. */
  deep: number | null;
  /** Stays here whatever the component: the node after `**`. */
  loops: boolean;
  /** Rules whose pattern ends here. */
  rules: RuleId[];
  /** Where one also is on arriving here: the host path of a mount. */
  also: readonly number[];
  /** The rule that made the node, to blame when it is one too many; null below a mount's root. */
  madeBy: RuleId | null;
};

export const ROOT = 0;

/** All patterns of a policy, common beginnings shared: the non-deterministic automaton over components. */
export class PatternTrie {
  readonly nodes: TrieNode[] = [];
  readonly matchers: ByteMatchers;
  private readonly budget: WorkBudget;
  private readonly sharedNodes = new Map<string, number>();

  constructor(matchers: ByteMatchers, budget: WorkBudget) {
    this.matchers = matchers;
    this.budget = budget;
    this.node(null);
  }

  node(madeBy: RuleId | null): number {
    this.budget.spend(1);
    const node: TrieNode = {
      literals: new Map(),
      globs: new Map(),
      any: null,
      deep: null,
      loops: false,
      rules: [],
      also: [],
      madeBy,
    };
    return this.nodes.push(node) - 1;
  }

  at(index: number): TrieNode {
    return this.nodes[index] as TrieNode;
  }

  insert(pattern: PathPattern, rule: RuleId): void {
    let at = ROOT;
    for (const component of pattern) {
      at = component.kind === 'any-depth' ? this.deep(at, rule) : this.named(at, component.elements, rule);
    }
    const rules = this.at(at).rules;
    if (!rules.includes(rule)) rules.push(rule);
  }

  /** The node below `at` for one literal name. */
  literal(at: number, name: string, rule: RuleId | null): number {
    return this.oneOf(at, [name], rule);
  }

  private deep(at: number, rule: RuleId): number {
    const node = this.at(at);
    if (node.loops) return at;
    if (node.deep === null) {
      node.deep = this.node(rule);
      this.at(node.deep).loops = true;
    }
    return node.deep;
  }

  private named(at: number, elements: Parameters<typeof finiteNames>[0], rule: RuleId): number {
    if (elements.length === 1 && elements[0]?.kind === 'run') return this.any(at, rule);
    const names = finiteNames(elements, MAX_LITERAL_ALTERNATIVES);
    if (names !== null) return this.oneOf(at, names, rule);
    const glob = this.matchers.intern(elements);
    const globs = this.at(at).globs;
    let child = globs.get(glob);
    if (child === undefined) {
      child = this.node(rule);
      globs.set(glob, child);
    }
    return child;
  }

  private any(at: number, rule: RuleId): number {
    const node = this.at(at);
    node.any ??= this.node(rule);
    return node.any;
  }

  /** One node for all names of a set, so that sets in a row add up and do not multiply. */
  private oneOf(at: number, names: readonly string[], rule: RuleId | null): number {
    const key = `${at}/${names.join('/')}`;
    let child = this.sharedNodes.get(key);
    if (child !== undefined) return child;
    child = this.node(rule);
    this.sharedNodes.set(key, child);
    this.budget.spend(names.length);
    const literals = this.at(at).literals;
    for (const name of names) {
      const children = literals.get(name);
      if (children === undefined) literals.set(name, [child]);
      else children.push(child);
    }
    return child;
  }
}
