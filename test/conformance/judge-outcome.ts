/** Whether what came of a deed, and what is on record of it, is what the specification says. */
import type { DecisionEvent } from '../../helper/audit/kernel-event.ts';
import type { Answer } from './by-rules.ts';
import { CHILD_KILLED, type Outcome, WORKER_KILLED } from './conductor.ts';
import { type Deed, SINGLE } from './deed.ts';
import type { Case } from './history.ts';

const OK = 0;
const EPERM = 1;
const ENOEXEC = 8;

/** What is wrong; null: nothing is. */
export function judgeOutcome(one: Case, outcome: Outcome, records: readonly DecisionEvent[]): string | null {
  return wrongAnswer(one, outcome) ?? wrongRecords(one, records) ?? wrongEffect(one, outcome);
}

function wrongAnswer({ deed, verdict, answers }: Case, { errno }: Outcome): string | null {
  switch (verdict) {
    case 'allow':
      return isLetIn(deed, errno) ? null : `the call failed with ${errno}, but is allowed`;
    case 'kill': {
      // the first that an exec is asked about is its process
      const isChild = deed.kind === 'single' && deed.call === 'exec' && answers.length > 1;
      const killed = isChild ? CHILD_KILLED : WORKER_KILLED;
      return errno === killed ? null : `the answer is ${errno}, but the process is to be killed`;
    }
    default:
      return errno === EPERM ? null : `the answer is ${errno}, but it is to be refused (${verdict})`;
  }
}

/** Most addresses lead nowhere, and an emptied program is none: such a call fails later than where it is judged. */
function isLetIn(deed: Deed, errno: number): boolean {
  if (deed.kind === 'address' || deed.kind === 'send') return errno !== EPERM && errno < CHILD_KILLED;
  if (deed.kind === 'single' && deed.call === 'exec') return errno === OK || errno === ENOEXEC;
  return errno === OK;
}

/** Exactly as many allowed parts are on record as are not silent, and of a refusal what was refused and why. */
function wrongRecords({ answers, questions, verdict }: Case, records: readonly DecisionEvent[]): string | null {
  const allowed = records.filter((record) => wordOf(record) === 'allow');
  const refused = records.filter((record) => wordOf(record) !== 'allow');
  const granting = answers.filter((answer) => answer.verdict === 'allow');
  // what the rules allow and a limit refuses is one record: the refusal
  const isLimited = verdict !== 'allow' && questions[answers.length - 1]?.kind === 'limit';
  const expected = (isLimited ? granting.slice(0, -1) : granting).reduce((sum, answer) => sum + answer.records, 0);
  const seen = records.map(({ call, operation, verdict, reason, rule }) => ({
    call,
    operation,
    verdict,
    reason,
    rule,
  }));
  const told = `recorded: ${JSON.stringify(seen)}, expected: ${JSON.stringify(answers)}`;
  if (allowed.length !== expected)
    return `${allowed.length} records of what is allowed instead of ${expected}; ${told}`;
  if (!allowed.every((record) => granting.some((answer) => fits(answer, record)))) return `an odd reason; ${told}`;
  if (verdict === 'allow') return refused.length === 0 ? null : `an allowed call is recorded as refused; ${told}`;
  const refusal = answers.at(-1) as Answer;
  return refused.length > 0 && refused.every((record) => fits(refusal, record)) ? null : `not recorded so; ${told}`;
}

function fits(answer: Answer, record: DecisionEvent): boolean {
  // nobody is there to answer: what would be asked is refused for want of one
  const isAsked = answer.verdict === 'require_approval';
  if (wordOf(record) !== (isAsked ? 'block' : answer.verdict)) return false;
  return answer.because.some(
    ({ reason, rule }) => record.reason === (isAsked ? 'guard-unavailable' : reason) && rule === record.rule,
  );
}

/** What silence lets pass has a word of its own on record. */
function wordOf({ verdict, reason }: DecisionEvent): DecisionEvent['verdict'] {
  return verdict === 'audit' && reason === 'audit-mode' ? 'allow' : verdict;
}

/** A refused call has left nothing behind, an allowed one has happened. */
function wrongEffect({ deed, verdict }: Case, { exists }: Outcome): string | null {
  const expected = existsAfter(deed, verdict === 'allow');
  return expected.every((one, i) => one === null || one === exists[i]) ? null : `exists afterwards: ${exists}`;
}

function existsAfter(deed: Deed, isDone: boolean): (boolean | null)[] {
  switch (deed.kind) {
    case 'single':
      if (deed.through !== null) return [true];
      if (deed.call === 'unlink' || deed.call === 'rmdir') return [!isDone];
      if (deed.call === 'write-or-create') return [isDone ? true : null];
      return [SINGLE[deed.call].object === 'absent' ? isDone : true];
    case 'double':
      if (deed.call.startsWith('exchange')) return [true, true];
      if (deed.call === 'link') return [true, isDone];
      return [!isDone, isDone ? true : null];
    default:
      return [];
  }
}
