import { NO_RULE, type PathRule, type RuleId, type Undeclared } from '../rule.ts';
import { answerToUndeclared } from '../undeclared.ts';
import { OPERATIONS, type Operation, operationCode, PATH_OPERATIONS, verdictCode } from '../vocabulary.ts';

/** Verdicts a table has room for; `RF_OPERATIONS`. */
export const OPERATION_SLOTS = 16;

/** What the rules that end in a state say, per operation. */
export type Accept = {
  verdicts: readonly number[];
  rules: readonly (RuleId | typeof NO_RULE)[];
  /** Bit per operation: an allow is not reported. */
  silent: number;
};

/** The strictest rule decides, among equals the first of the policy. */
export function acceptOf(rules: readonly PathRule[]): Accept {
  const winners = OPERATIONS.map((operation) => winnerOf(rules, operation));
  return {
    verdicts: winners.map((rule) => (rule === null ? 0 : verdictCode(rule.effect))),
    rules: winners.map((rule) => rule?.id ?? NO_RULE),
    silent: winners.reduce(
      (bits, rule, code) => (rule?.silent === true && rule.effect === 'allow' ? bits | (1 << code) : bits),
      0,
    ),
  };
}

function winnerOf(rules: readonly PathRule[], operation: Operation): PathRule | null {
  let winner: PathRule | null = null;
  for (const rule of rules) {
    if (!rule.operations.includes(operation)) continue;
    const order = winner === null ? 1 : verdictCode(rule.effect) - verdictCode(winner.effect);
    if (order > 0 || (order === 0 && winner !== null && rule.id < winner.id)) winner = rule;
  }
  return winner;
}

/** The verdicts alone, as text: equal exactly if every operation gets the same verdict. */
export function verdictKey(accept: Accept): string {
  return accept.verdicts.join();
}

/** The strictest of the verdicts on paths; where the rules are silent, what silence comes to. */
export function strictestOf(accept: Accept, undeclared: Undeclared): number {
  return Math.max(
    ...PATH_OPERATIONS.map((operation) => {
      const verdict = accept.verdicts[operationCode(operation)] ?? 0;
      return verdict === verdictCode('none') ? verdictCode(answerToUndeclared(undeclared, operation)) : verdict;
    }),
  );
}
