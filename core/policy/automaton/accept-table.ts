import type { PathRule } from '../rule.ts';
import { type Accept, acceptOf } from './accept.ts';
import type { ComponentState } from './component-automaton.ts';
import type { PatternTrie } from './pattern-trie.ts';
import { LimitExceeded } from './work-budget.ts';

/** What each state accepts, equal answers sharing one number. 0: no rule matches. */
export type AcceptTable = {
  accepts: readonly Accept[];
  /** state -> accept */
  ofState: readonly number[];
};

/** `rules` by id; index 0 is not used. */
export function buildAcceptTable(
  states: readonly ComponentState[],
  trie: PatternTrie,
  rules: readonly PathRule[],
  limit: number,
): AcceptTable {
  const accepts: Accept[] = [acceptOf([])];
  const numbers = new Map<string, number>();
  const ofState = states.map(({ nodes }) => {
    const matching = nodes.flatMap((node) => trie.at(node).rules.map((id) => rules[id] as PathRule));
    if (matching.length === 0) return 0;
    const accept = acceptOf(matching);
    const key = `${accept.verdicts.join()};${accept.rules.join()};${accept.silent}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = accepts.push(accept) - 1;
      if (number >= limit) throw new LimitExceeded('too-many-accepts', limit);
      numbers.set(key, number);
    }
    return number;
  });
  return { accepts, ofState };
}
