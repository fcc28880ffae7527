import type { Policy, RuleOrigin } from '../policy/rule.ts';
import { answerToUndeclared } from '../policy/undeclared.ts';
import { type Effect, type Operation, verdictCode } from '../policy/vocabulary.ts';

/** What the difference between two answers comes to. `kill` and `block` are both a no. */
export type Answer = 'allow' | 'ask' | 'refuse';
export type Side = 'old' | 'new';

/** The answer, and the rule that gave it; none where the rules are silent. */
export type Judged = { readonly answer: Answer; readonly origin: RuleOrigin | null };

type Speaking = { readonly id: number; readonly effect: Effect; readonly origin: RuleOrigin };

/** The strictest of the rules that match, the first of equals, or what silence comes to. */
export function judge(policy: Policy, operation: Operation, matching: readonly Speaking[]): Judged {
  let strictest: Speaking | null = null;
  for (const rule of matching) {
    const order = strictest === null ? 1 : verdictCode(rule.effect) - verdictCode(strictest.effect);
    if (order > 0 || (order === 0 && strictest !== null && rule.id < strictest.id)) strictest = rule;
  }
  if (strictest !== null) return { answer: answerOf(strictest.effect), origin: strictest.origin };
  return { answer: answerOf(answerToUndeclared(policy.undeclared, operation)), origin: null };
}

function answerOf(effect: Effect): Answer {
  if (effect === 'allow') return 'allow';
  return effect === 'require_approval' ? 'ask' : 'refuse';
}

const STRICTNESS: Readonly<Record<Answer, number>> = { allow: 0, ask: 1, refuse: 2 };

export function isMore(before: Answer, after: Answer): boolean {
  return STRICTNESS[after] < STRICTNESS[before];
}

/** The sentence for a change of answer; `what` is verb and object. */
export function sentenceOf(before: Answer, after: Answer, what: string): string {
  if (after === 'allow') return before === 'ask' ? `no longer asks before: ${what}` : `may now also ${what}`;
  if (after === 'ask') return before === 'allow' ? `asks now before: ${what}` : `may now ${what}, if a person agrees`;
  return before === 'ask' ? `may no longer ${what}, not even if a person agrees` : `may no longer ${what}`;
}

/**
 * Whose words tell the change best: the rule that decides on the side that is not silent; where both speak, the stricter one,
 * for it came or went.
 */
export function tellingRule(before: Judged, after: Judged): { side: Side; origin: RuleOrigin } | null {
  const [first, second] = isMore(before.answer, after.answer)
    ? ([
        { side: 'old', judged: before },
        { side: 'new', judged: after },
      ] as const)
    : ([
        { side: 'new', judged: after },
        { side: 'old', judged: before },
      ] as const);
  if (first.judged.origin !== null) return { side: first.side, origin: first.judged.origin };
  return second.judged.origin === null ? null : { side: second.side, origin: second.judged.origin };
}
