/** The helper is killed while calls are held: nobody stays stopped, nothing undecided is allowed, each request ends once. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { give, type Helper, records, sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, freshDocuments, GREY, placeProgram, stopped, WORK } from './grey.ts';
import { Person } from './person.ts';

const THREADS = 6;
const FILES = 20;
/** Questions that are answered before the one that meets a death. */
const MOST_ANSWERED = 6;
const MOST_WAIT_MS = 60;
/** The kernel takes the helper for dead after three seconds; the watchdog is quicker. */
const FREED_WITHIN_MS = 8000;
const HELD_WITHIN_MS = 60_000;

export interface DeathsSetup {
  readonly programs: string;
  readonly kills: number;
  readonly helper: Helper;
  readonly tally: Tally;
}

export async function deaths({ programs, kills, helper, tally }: DeathsSetup): Promise<void> {
  freshDocuments();
  for (let index = 0; index < FILES; index++) give(join(GREY, `file-${index}`), 'content');
  const stop = join(WORK, 'stop');
  const storm = placeProgram(programs, 'storm');
  placeProgram(programs, 'nothing', join(GREY, 'program'));
  const before = records().at(-1)?.seq ?? 0;
  const person = await Person.arrive();
  let left = 0;
  /** After some that are answered comes one that is not, or so late that its answer and the death race. */
  person.answer = (question) => {
    const option = Math.random() < 0.6 ? 'allow-once' : 'deny';
    left -= 1;
    if (left >= 0) return option;
    if (Math.random() < 0.5) setTimeout(() => void person.decide(question, option), Math.random() * MOST_WAIT_MS);
    return null;
  };
  const command = [
    '/bin/sh',
    '-c',
    'echo go | "$@"',
    'sh',
    storm,
    THREADS,
    100_000,
    GREY,
    FILES,
    join(GREY, 'program'),
    stop,
  ];
  const { ended } = agent(...command.map(String));
  let heldAtDeath = 0;
  let leftStopped = 0;
  for (let kill = 0; kill < kills; kill++) {
    left = Math.floor(Math.random() * (MOST_ANSWERED + 1));
    const after = person.heldSoFar + left;
    await until(() => person.heldSoFar > after, HELD_WITHIN_MS);
    await sleep(Math.random() * MOST_WAIT_MS);
    if (stopped(['storm']).length > 0) heldAtDeath += 1;
    await helper.end('SIGKILL');
    // the family goes on, refused: what is stopped now must be woken
    const freed = await until(() => stopped(['storm', 'program']).length === 0, FREED_WITHIN_MS);
    if (!freed) leftStopped += 1;
    await helper.start();
  }
  tally.check(`the helper was killed while calls were held, ${heldAtDeath} of ${kills} times`, heldAtDeath > kills / 2);
  tally.check('nobody stayed stopped', leftStopped === 0, `${leftStopped} of ${kills}`);
  person.answer = () => 'deny';
  writeFileSync(stop, '');
  const { status, stdout, stderr } = await ended;
  person.leave();
  await quiet();
  const counts = JSON.parse(stdout || '{}');
  tally.check('the storm came to its end', status === 0, `${status} ${stderr}`);
  tally.check('no errno but EPERM', counts.leaked === 0 && counts.odd === 0, stdout);
  tally.check('no file was left by a denied create', counts.leftBehind === 0, stdout);
  checkRecords({ before: before as number, allowed: counts.allowed, least: kills, person, tally });
}

/** Until the log has everything: it grows no more. */
async function quiet(): Promise<void> {
  for (let last = -1, now = records().length; now !== last; now = records().length) {
    last = now;
    await sleep(3000);
  }
}

interface Course {
  asked: number;
  outcomes: string[];
}

interface Evidence {
  /** Number of the last record from before the storm. */
  readonly before: number;
  /** Calls that went through, by the storm's own count. */
  readonly allowed: number;
  readonly least: number;
  readonly person: Person;
  readonly tally: Tally;
}

function checkRecords({ before, allowed, least, person, tally }: Evidence): void {
  const written = records().filter(({ seq }) => (seq as number) > before);
  const courses = new Map<number, Course>();
  for (const { kind, request, verdict, reason } of written) {
    if (typeof request !== 'number' || kind === 'approval.answered') continue;
    const course = courses.get(request) ?? { asked: 0, outcomes: [] };
    courses.set(request, course);
    if (verdict === 'require_approval') course.asked += 1;
    else course.outcomes.push(kind === 'approval.withdrawn' ? 'withdrawn' : `${verdict} ${reason}`);
  }
  const uneven = [...courses].filter(([, { asked, outcomes }]) => asked !== 1 || outcomes.length !== 1);
  tally.check(
    'each request has one outcome on record',
    courses.size > least && uneven.length === 0,
    `${uneven.length} of ${courses.size}: ${JSON.stringify(uneven.slice(0, 5))}`,
  );
  const passed = [...courses].filter(([, { outcomes }]) => outcomes[0] === 'allow approved');
  const undecided = passed.filter(([request]) => !person.hasAllowed(request));
  tally.check(
    'nothing undecided was allowed',
    passed.length > 0 && undecided.length === 0,
    `${undecided.length} of ${passed.length}: ${JSON.stringify(undecided.slice(0, 5))}`,
  );
  const orphaned = [...courses.values()].filter(({ outcomes }) => outcomes[0] === 'block guard-unavailable').length;
  tally.check('some were refused for want of the guard', orphaned > 0);
  const made = readdirSync(GREY).filter((name) => /^(new|folder)-/.test(name));
  const approved = new Set(written.filter(({ verdict }) => verdict === 'allow').map(({ path }) => path));
  const unexplained = made.filter((name) => !approved.has(join(GREY, name)));
  tally.check('whatever is there was approved', unexplained.length === 0, unexplained.join(' '));
  console.log(
    `    ${courses.size} requests, ${passed.length} approved, ${orphaned} refused for want of the guard, ${allowed} calls allowed`,
  );
}
