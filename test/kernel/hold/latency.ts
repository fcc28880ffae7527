/** How long a hold takes beyond the person: from the stop to the question, and from the answer to the call going on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
