import { expect, test } from 'vitest';
import type { DecisionEvent } from '../../helper/audit/kernel-event.ts';
import type { Answer } from './by-rules.ts';
import { CHILD_KILLED, type Outcome, WORKER_KILLED } from './conductor.ts';
import type { Case } from './history.ts';
import { judgeOutcome } from './judge-outcome.ts';
import type { Question } from './question.ts';

const world = { name: 'w', mounts: [], home: [], pinned: [] };
const question: Question = { kind: 'object', names: ['a'], operations: ['read'], reports: 'all' };

function caseOf(answer: Partial<Answer>, more: Partial<Case> = {}): Case {
  const whole: Answer = { verdict: 'allow', because: [{ reason: 'rule', rule: 1 }], records: 1, ...answer };
  return {
    ...{
      world,
      outside: [],
      questions: [question],
      answers: [whole],
      verdict: whole.verdict,
      ended: 0,
      nearMiss: null,
    },
    deed: { kind: 'single', call: 'read', names: ['a'], through: null },
    ...more,
  };
}

function outcomeOf(errno: number, exists: Outcome['exists'] = [true, false]): Outcome {
  return { errno, before: 1n, after: 2n, exists };
}

function record(verdict: DecisionEvent['verdict'], reason: DecisionEvent['reason'], rule: number): DecisionEvent {
  return { verdict, reason, rule, call: 'open', operation: 'read' } as DecisionEvent;
}

const ALLOWED = record('allow', 'rule', 1);
const BLOCKED = record('block', 'rule', 1);

test.each<[string, Case, Outcome, DecisionEvent[]]>([
  ['allowed and on record', caseOf({}), outcomeOf(0), [ALLOWED]],
  ['allowed silently', caseOf({ records: 0 }), outcomeOf(0), []],
  ['refused and on record', caseOf({ verdict: 'block' }), outcomeOf(1), [BLOCKED]],
  [
    'asked about, with nobody there',
    caseOf({ verdict: 'require_approval' }),
    outcomeOf(1),
    [record('block', 'guard-unavailable', 1)],
  ],
  ['killed', caseOf({ verdict: 'kill' }), outcomeOf(WORKER_KILLED), [record('kill', 'rule', 1)]],
])('in order: %s', (_, one, outcome, records) => {
  expect(judgeOutcome(one, outcome, records)).toBeNull();
});

test.each<[string, Case, Outcome, DecisionEvent[]]>([
  ['done although refused', caseOf({ verdict: 'block' }), outcomeOf(0), [BLOCKED]],
  ['refused although allowed', caseOf({}), outcomeOf(1), [ALLOWED]],
  ['not killed', caseOf({ verdict: 'kill' }), outcomeOf(1), [record('kill', 'rule', 1)]],
  ['another one killed', caseOf({ verdict: 'kill' }), outcomeOf(CHILD_KILLED), [record('kill', 'rule', 1)]],
  ['a silent one on record', caseOf({ records: 0 }), outcomeOf(0), [ALLOWED]],
  ['one that is not silent missing', caseOf({}), outcomeOf(0), []],
  ['twice on record', caseOf({}), outcomeOf(0), [ALLOWED, ALLOWED]],
  ['another rule', caseOf({ verdict: 'block' }), outcomeOf(1), [record('block', 'rule', 2)]],
  ['another reason', caseOf({ verdict: 'block' }), outcomeOf(1), [record('block', 'no-rule', 1)]],
  ['a refusal that is not on record', caseOf({ verdict: 'block' }), outcomeOf(1), []],
  ['an allowed one recorded as refused', caseOf({}), outcomeOf(0), [ALLOWED, BLOCKED]],
  ['the object gone', caseOf({}), outcomeOf(0, [false, false]), [ALLOWED]],
])('noticed: %s', (_, one, outcome, records) => {
  expect(judgeOutcome(one, outcome, records)).not.toBeNull();
});

test('what a refused call leaves behind is noticed', () => {
  const deed = { kind: 'single', call: 'mkdir', names: ['a'], through: null } as const;
  const refused = caseOf({ verdict: 'block' }, { deed });
  expect(judgeOutcome(refused, outcomeOf(1, [false, false]), [BLOCKED])).toBeNull();
  expect(judgeOutcome(refused, outcomeOf(1, [true, false]), [BLOCKED])).not.toBeNull();
});
