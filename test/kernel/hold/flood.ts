/** More refusals than the ring of events has room for, while nobody reads it: what people are asked and answer stays on record. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, GREY } from './arena.ts';

const EPERM = 1;
/** No rule speaks of it. Its path is long, and so is each record of it. */
const ELSEWHERE = join('/home/elsewhere', ...Array.from({ length: 15 }, () => 'x'.repeat(250)));
/** Of long records, then of short ones that fill the last gap: 8 MiB and more. */
const LONG = 2300;
const SHORT = 60;
const FRESH = join(GREY, 'new');

/** Returns how many events were lost, as was meant. */
export async function flood({ arena, tally }: { readonly arena: Arena; readonly tally: Tally }): Promise<bigint> {
  mkdirSync(ELSEWHERE, { recursive: true });
  const long = join(ELSEWHERE, 'file');
  for (const file of [long, '/home/file']) writeFileSync(file, 'content');
  arena.begin();
  const performer = await arena.performer();
  const { dropped: before } = arena.guard.side.counters();
  let refused = 0;
  for (let count = 0; count < LONG; count++) if ((await performer.perform('read', long)) === EPERM) refused += 1;
  for (let count = 0; count < SHORT; count++)
    if ((await performer.perform('read', '/home/file')) === EPERM) refused += 1;
  const { dropped } = arena.guard.side.counters();
  tally.check('all were refused', refused === LONG + SHORT, `${refused}`);
  tally.check('control: more than the ring holds', dropped > before, `${dropped - before} lost`);
  arena.answerAll(APPROVED);
  const created = await performer.perform('create', FRESH);
  tally.check('a question is held and answered', created === 0 && arena.asked.length === 1, `errno ${created}`);
  const courses = [...arena.courses().values()];
  const isWhole = courses.length === 1 && courses[0]?.asked === 1 && courses[0].outcomes.join() === 'allow approved';
  tally.check('the question and its outcome are on record', isWhole, JSON.stringify(courses));
  await performer.end();
  return arena.guard.side.counters().dropped - before;
}
