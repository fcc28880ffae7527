/** Many threads, many questions, random answers, and a stranger who wakes everybody too early. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, DENIED, GREY, sleep, taskState } from './arena.ts';
import { StoppedForNothing } from './stopped-for-nothing.ts';

const THREADS = 16;
const FILES = 40;
/** No call waits this long: answers come within MOST_DELAY_MS; the rest is the machine's, and its siblings', who stop it again. */
const HOLD_MS = 20_000;
/** The answer is written and the signal sent: what is still stopped then has missed it. An emulated machine's turn is shorter. */
const MISSED_MS = 3000;
const MOST_DELAY_MS = 8;
const SILENCE_EVERY = 200;

interface Counts {
  readonly calls: number;
  readonly allowed: number;
  readonly denied: number;
  readonly leaked: number;
  readonly odd: number;
  readonly leftBehind: number;
  readonly wrongExclusive: number;
  readonly longestMs: number;
}

export interface StormSetup {
  readonly arena: Arena;
  readonly programs: string;
  readonly seconds: number;
  readonly tally: Tally;
}

export async function storm(setup: StormSetup): Promise<void> {
  for (const disturbed of [false, true]) await once(setup, disturbed);
}

async function once({ arena, programs, seconds, tally }: StormSetup, disturbed: boolean): Promise<void> {
  const name = disturbed ? 'with early SIGCONTs and SIGSTOPs' : 'undisturbed';
  arena.begin();
  for (let index = 0; index < FILES; index++) writeFileSync(join(GREY, `file-${index}`), 'content');
  const program = join(GREY, 'program');
  copyFileSync(join(programs, 'nothing'), program);
  const child = spawn(join(programs, 'storm'), [THREADS, seconds, GREY, FILES, program].map(String), {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const pid = child.pid ?? 0;
  arena.label(pid, HOLD_MS);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const watch = new StoppedForNothing(() => familyOf(pid));
  arena.answer = (question) => {
    watch.asked(question.pid);
    const answer = Math.random() < 0.5 ? APPROVED : DENIED;
    const delay = Math.random() < 0.3 ? 0 : Math.random() * MOST_DELAY_MS;
    setTimeout(() => {
      arena.settle(question, answer);
      watch.answered(question.pid);
    }, delay);
  };
  child.stdin.write('g');
  const disturber = disturbed ? disturb(child) : null;
  const status = await closed;
  disturber?.();
  const stopped = watch.end();
  await sleep(200);
  const counts: Counts | null = output === '' ? null : JSON.parse(output);
  tally.check(`${name}: it came to its end`, status === 0 && counts !== null, `status ${status}`);
  if (!counts) return;
  const courses = [...arena.courses().values()];
  const held = arena.asked.filter((question) => question.held);
  console.log(
    `    ${name}: ${counts.calls} calls, ${held.length} held, ${counts.allowed} allowed, ${counts.denied} denied, ` +
      `longest ${counts.longestMs} ms, stopped without a question ${stopped.longestMs.toFixed(0)} ms`,
  );
  tally.check(`${name}: both answers came up often`, counts.allowed > 100 && counts.denied > 100, output);
  tally.check(`${name}: no errno 513`, counts.leaked === 0, `${counts.leaked}`);
  tally.check(`${name}: no other errno`, counts.odd === 0, `${counts.odd}`);
  tally.check(`${name}: it was watched`, stopped.samples > seconds, `${stopped.samples} times`);
  tally.check(`${name}: no wake-up was lost`, stopped.longestMs < MISSED_MS, `${stopped.longestMs} ms`);
  tally.check(`${name}: no call waited to its deadline`, counts.longestMs < HOLD_MS, `${counts.longestMs} ms`);
  tally.check(`${name}: O_EXCL never finds its own file`, counts.wrongExclusive === 0, `${counts.wrongExclusive}`);
  const created = readdirSync(GREY).filter((entry) => entry.startsWith('new-'));
  tally.check(`${name}: no file was left by a denied create`, counts.leftBehind === 0, `${counts.leftBehind}`);
  // a denied unlink leaves the file that an approved create made
  const undeleted = arena
    .decisions()
    .filter(({ call, verdict, request }) => call === 'unlink' && verdict === 'block' && request !== null).length;
  tally.check(`${name}: what is there was approved`, created.length === undeleted, `${created.length} of ${undeleted}`);
  const uneven = courses.filter(({ asked, outcomes }) => asked !== 1 || outcomes.length !== 1);
  tally.check(
    `${name}: one outcome for each question`,
    courses.length === held.length && uneven.length === 0,
    `${courses.length} of ${held.length}, ${uneven.length} uneven: ${JSON.stringify(uneven.slice(0, 5))}`,
  );
  const outcomes = courses.flatMap((course) => course.outcomes);
  const known = new Set(['allow approved', 'block denied', 'withdrawn']);
  tally.check(
    `${name}: nothing timed out`,
    outcomes.every((outcome) => known.has(outcome)),
    strange(outcomes, known),
  );
  tally.check(`${name}: nothing is left`, arena.held.pending().length === 0, `${arena.held.pending().length} pending`);
}

function strange(outcomes: readonly string[], known: ReadonlySet<string>): string {
  return [...new Set(outcomes.filter((outcome) => !known.has(outcome)))].join(', ');
}

function familyOf(pid: number): number[] {
  try {
    const children = readdirSync(`/proc/${pid}/task`).map((tid) =>
      readFileSync(`/proc/${pid}/task/${tid}/children`, 'latin1'),
    );
    return [pid, ...children.join(' ').split(' ').filter(Boolean).map(Number)];
  } catch {
    return [pid]; // a thread has just ended
  }
}

/** Wakes and stops the whole family without a pause, as any process of the same user could. Ends with everybody awake. */
function disturb(child: ChildProcess): () => void {
  const send = (signal: 'SIGCONT' | 'SIGSTOP') => {
    for (const pid of familyOf(child.pid ?? 0))
      try {
        process.kill(pid, signal);
      } catch {} // it has just ended
  };
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    if (round % SILENCE_EVERY === 0) send('SIGSTOP');
    send('SIGCONT');
    if (child.pid !== undefined && taskState(child.pid) === 'T') send('SIGCONT');
  }, 2);
  return () => clearInterval(timer);
}
