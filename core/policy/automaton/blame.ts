import type { RuleId } from '../rule.ts';
import type { ComponentAutomaton } from './component-automaton.ts';
import type { PatternTrie, TrieNode } from './pattern-trie.ts';
import type { LimitExceeded } from './work-budget.ts';

const NAMED_RULES = 5;

/** The rules that most of what is too much comes from, worst first. */
export function blame({ code, globs }: LimitExceeded, trie: PatternTrie, automaton: ComponentAutomaton): RuleId[] {
  if (code === 'too-many-rows') return worst(count(trie, automaton, (node) => makersOfGlobs(trie, node, globs)));
  // A `**` in mid-pattern keeps its rule alive in every state below, and so multiplies all others.
  const loops = count(trie, automaton, (node) => (node.loops && leadsOn(node) ? [node.madeBy] : []));
  return worst(loops.size > 0 ? loops : count(trie, automaton, (node) => [node.madeBy]));
}

function makersOfGlobs(trie: PatternTrie, node: TrieNode, guilty: ReadonlySet<number> | null): (RuleId | null)[] {
  const globs = [...node.globs].filter(([glob]) => guilty === null || guilty.has(glob));
  return globs.map(([, child]) => trie.at(child).madeBy);
}

function leadsOn(node: TrieNode): boolean {
  return node.literals.size + node.globs.size > 0 || node.any !== null;
}

function count(
  trie: PatternTrie,
  automaton: ComponentAutomaton,
  makersAt: (node: TrieNode) => readonly (RuleId | null)[],
): Map<RuleId, number> {
  const uses = new Map<RuleId, number>();
  for (const nodes of automaton.allNodes()) {
    for (const index of nodes) {
      for (const rule of makersAt(trie.at(index))) if (rule !== null) uses.set(rule, (uses.get(rule) ?? 0) + 1);
    }
  }
  return uses;
}

/** Rules with less than a quarter of the worst one's share are bystanders. */
function worst(uses: ReadonlyMap<RuleId, number>): RuleId[] {
  const most = Math.max(0, ...uses.values());
  return [...uses.entries()]
    .filter(([, own]) => own * 4 >= most)
    .sort(([a, usesA], [b, usesB]) => usesB - usesA || a - b)
    .slice(0, NAMED_RULES)
    .map(([rule]) => rule);
}
