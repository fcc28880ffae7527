import type { RuleId } from '../rule.ts';
import type { ComponentAutomaton } from './component-automaton.ts';
import type { PatternTrie, TrieNode } from './pattern-trie.ts';

const NAMED_RULES = 5;

/** The rules that most states come from: those whose `**` keeps them alive everywhere first. */
export function blame(trie: PatternTrie, automaton: ComponentAutomaton): RuleId[] {
  const loops = count(trie, automaton, (node) => node.loops && node.literals.size + node.globs.size > 0);
  const all = count(trie, automaton, () => true);
  return [...new Set([...loops, ...all])].slice(0, NAMED_RULES);
}

function count(trie: PatternTrie, automaton: ComponentAutomaton, isMeant: (node: TrieNode) => boolean): RuleId[] {
  const uses = new Map<RuleId, number>();
  for (const nodes of automaton.allNodes()) {
    for (const index of nodes) {
      const node = trie.at(index);
      if (node.madeBy !== null && isMeant(node)) uses.set(node.madeBy, (uses.get(node.madeBy) ?? 0) + 1);
    }
  }
  return [...uses.entries()].sort(([a, usesA], [b, usesB]) => usesB - usesA || a - b).map(([rule]) => rule);
}
