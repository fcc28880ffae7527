/** How long a hold takes beyond the person: from the stop to the question, and from the answer to the call going on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { success } from '../../../core/result.ts';
import { Approvals } from '../../../helper/approval/approvals.ts';
import type { AskingSession } from '../../../helper/approval/asking-session.ts';
import { Processes } from '../../../helper/approval/processes.ts';
import type { Peer } from '../../../helper/control/peer.ts';
import type { Asked } from '../../../helper/kernel/held-call.ts';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, GREY, sleep } from './arena.ts';

const HOLDS = 200;
/** The person's part, so that the kernel is at rest when the answer comes. */
const THINKS_MS = 5;

export interface Spread {
  readonly median: number;
  readonly p99: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}

const ROOT = { pid: 1, uid: 0, gid: 0, pidfd: null, session: null } as unknown as Peer;

const milliseconds = (ns: bigint): number => Number(ns) / 1e6;

export async function latency({ arena, tally }: { readonly arena: Arena; readonly tally: Tally }): Promise<void> {
  arena.begin();
  const performer = await arena.performer();
  const answered = new Map<number, bigint>();
  const toQuestion: number[] = [];
  arena.answer = (question) => {
    toQuestion.push(milliseconds(process.hrtime.bigint() - question.monotonicNs));
    setTimeout(() => {
      answered.set(question.request, process.hrtime.bigint());
      arena.settle(question, APPROVED);
    }, THINKS_MS);
  };
  for (let index = 0; index < HOLDS; index++) {
    const path = join(GREY, `file-${index}`);
    writeFileSync(path, '');
    await performer.perform('read', path);
  }
  await sleep(100);
  const toResume = arena.decisions().flatMap(({ request, verdict, monotonicNs }) => {
    const at = request !== null && verdict === 'allow' ? answered.get(request) : undefined;
    return at === undefined ? [] : [milliseconds(monotonicNs - at)];
  });
  await performer.end();
  tally.check('each hold was timed', toQuestion.length === HOLDS && toResume.length === HOLDS, `${toResume.length}`);
  console.log(
    `latency ${JSON.stringify({ holds: HOLDS, stopToRequestMs: spreadOf(toQuestion), decisionToResumeMs: spreadOf(toResume) })}`,
  );
}

/**
 * The same holds with the helper's own queue in between, and what of their time is its work: hearing a question until clients
 * are told, and an answer until the call is woken. Reported, not judged: emulated milliseconds are no speed.
 */
export async function helpersShare({ arena, tally }: { readonly arena: Arena; readonly tally: Tally }): Promise<void> {
  arena.begin();
  const performer = await arena.performer();
  const session: AskingSession = {
    ...{ id: 'latency' as AskingSession['id'], number: performer.session, owner: 0 as AskingSession['owner'] },
    ...{ skillId: 'latency', launcherPid: process.pid, holdNs: 0n, rule: () => null, skillOf: () => 'latency' },
  };
  const approvals = new Approvals({
    tables: arena.held,
    processes: new Processes(),
    sessionOf: () => session,
    labelOf: () => session.id,
    authorize: async () => success(undefined),
    tell: () => {},
    record: () => {},
    nowNs: () => process.hrtime.bigint(),
  });
  const shares: number[] = [];
  const answer = async (question: Asked) => {
    const heard = process.hrtime.bigint();
    approvals.hear(question);
    const told = process.hrtime.bigint();
    await sleep(THINKS_MS);
    const [shown] = approvals.list();
    const asked = process.hrtime.bigint();
    if (shown) await approvals.decide({ id: shown.id, option: 'allow-once' }, ROOT);
    shares.push(milliseconds(told - heard) + milliseconds(process.hrtime.bigint() - asked));
    approvals.hear({ kind: 'withdrawn', request: question.request, session: question.session, pid: question.pid });
  };
  arena.answer = (question) => void answer(question);
  for (let index = 0; index < HOLDS; index++) {
    const path = join(GREY, `shared-${index}`);
    writeFileSync(path, '');
    await performer.perform('read', path);
  }
  await performer.end();
  const spread = spreadOf(shares);
  tally.check('the helper was asked each time', shares.length === HOLDS, `${shares.length}`);
  console.log(`latency ${JSON.stringify({ holds: HOLDS, helpersShareMs: spread })}`);
}
