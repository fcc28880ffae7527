import { expect, test } from 'vitest';
import { evaluateLimit, NEW_SESSION, processGone, type Spending, spend } from './limits-ledger.ts';
import { type Limits, NO_LIMITS, type Policy } from './rule.ts';
import { policyOf } from './testing/generated-policy.ts';

function limitedTo(limits: Partial<Limits>, onViolation: Policy['onViolation'] = 'block'): Policy {
  return { ...policyOf([]), onViolation, limits: { ...NO_LIMITS, ...limits } };
}

/** For each spending in turn: the reason of its refusal, or null. */
function reasons(policy: Policy, spendings: readonly Spending[]): (string | null)[] {
  let ledger = NEW_SESSION;
  return spendings.map((spending) => {
    const refused = evaluateLimit(policy, ledger, spending);
    if (refused === null) ledger = spend(ledger, spending);
    return refused?.reason ?? null;
  });
}

const deletionAt = (at: number): Spending => ({ kind: 'deletion', at });
const bytes = (count: number): Spending => ({ kind: 'bytes', bytes: count });

test('deletions are counted by the minutes of the clock', () => {
  const policy = limitedTo({ deletionsPerMinute: 2 });
  expect(reasons(policy, [59_000, 59_500, 59_999, 60_000, 60_001, 119_999, 120_000].map(deletionAt))).toEqual([
    null,
    null,
    'limit-deletions',
    null,
    null,
    'limit-deletions',
    null,
  ]);
});

test('a process more is refused until one is gone', () => {
  const policy = limitedTo({ processes: 2 });
  const two = spend(NEW_SESSION, { kind: 'process' });
  expect(evaluateLimit(policy, NEW_SESSION, { kind: 'process' })).toBeNull();
  expect(evaluateLimit(policy, two, { kind: 'process' })?.reason).toBe('limit-processes');
  expect(evaluateLimit(policy, processGone(two), { kind: 'process' })).toBeNull();
});

test('bytes may be sent up to the limit itself, and what was refused does not count', () => {
  expect(reasons(limitedTo({ bytesSent: 100 }), [60, 41, 40, 1].map(bytes))).toEqual([
    null,
    'limit-bytes',
    null,
    'limit-bytes',
  ]);
});

test('a refusal kills where the policy says so', () => {
  const spending = bytes(2);
  expect(evaluateLimit(limitedTo({ bytesSent: 1 }, 'kill'), NEW_SESSION, spending)?.verdict).toBe('kill');
  expect(evaluateLimit(limitedTo({ bytesSent: 1 }), NEW_SESSION, spending)?.verdict).toBe('block');
});

test('no limit is none', () => {
  const policy = limitedTo({});
  expect(reasons(policy, [...Array.from({ length: 100 }, () => deletionAt(0)), bytes(2 ** 50)])).toEqual(
    new Array(101).fill(null),
  );
});
