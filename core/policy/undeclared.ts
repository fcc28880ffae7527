/** What silence of the rules comes to. */
import { type Policy, REFUSE_UNDECLARED, type Undeclared } from './rule.ts';
import { type Effect, type Operation, PATH_OPERATIONS, verdictCode } from './vocabulary.ts';

/** The answer to an operation that no rule speaks of, before `onViolation` has its say. */
export function answerToUndeclared({ asks, audits }: Undeclared, operation: Operation): Exclude<Effect, 'kill'> {
  if (asks.includes(operation)) return 'require_approval';
  return audits.includes(operation) ? 'allow' : 'block';
}

/** The strictest that silence comes to, over all operations on paths; `rf_policy.silence`. */
export function strictestSilence(undeclared: Undeclared = REFUSE_UNDECLARED): Exclude<Effect, 'kill'> {
  return PATH_OPERATIONS.map((operation) => answerToUndeclared(undeclared, operation)).reduce((worst, one) =>
    verdictCode(one) > verdictCode(worst) ? one : worst,
  );
}

/** The number of the first rule of the base; 0: there is none. What a skill was trusted with ends before it. */
export function firstBaseRule({ paths }: Pick<Policy, 'paths'>): number {
  return paths.find(({ origin }) => origin.source === 'base')?.id ?? 0;
}
