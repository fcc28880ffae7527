/**
 * The helper is killed again and again, while it starts as well, and all the time an agent attacks, works and asks, sessions begin and end, and
 * events come by the thousand: nothing gets through, no refusal goes unrecorded, and nobody is left stopped.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../client/index.ts';
import { stopped } from './approvals/grey.ts';
import { Person } from './approvals/person.ts';
import {
  asDev,
  give,
  type Helper,
  HOME,
  records,
  ringfence,
  type Said,
  skill,
  sleep,
  startAsDev,
  until,
} from './installed.ts';
import { seeded } from './seeded.ts';
import type { Tally } from './tally.ts';
import type { Report } from './upgrade/besieged.ts';

export type Load = keyof typeof LOADS;

export interface SiegeSetup {
  readonly programs: string;
  readonly kills: number;
  readonly load: Load;
  readonly seed: number;
  readonly helper: Helper;
  readonly tally: Tally;
}

/** With what a person was asked about. */
type Siege = Report & { readonly granted: number; readonly withheld: number; readonly heldOdd: number };

const RINGFENCE = '/opt/ringfence/bin/ringfence';
const CLOSED = `${HOME}/.ssh`;
const WORK = `${HOME}/besieged`;
const GREY = `${HOME}/grey`;
const STOP = join(WORK, 'stop');
const FOREVER = '1000000000';
/**
 * Milliseconds between the rounds of attacks, and between sessions, each of which takes the helper a second, emulated. A helper has to get on
 * beside either.
 */
const LOADS = {
  heavy: { rounds: '500', sessions: 6000 },
  light: { rounds: '1000', sessions: 15_000 },
} as const;
/** Of a helper that listens. */
const MOST_QUIET_MS = 2500;
/** After the last death; the kernel takes a helper for dead after three seconds. */
const FREED_WITHIN_MS = 20_000;
const RUNS_WITHIN_MS = 120_000;
const SEEN_WITHIN_MS = 60_000;

export async function siege(setup: SiegeSetup): Promise<void> {
  const { programs, tally, kills, helper, seed } = setup;
  const load = LOADS[setup.load];
  const words = prepare(programs, load.rounds);
  const control = siegeOf(asDev(['/bin/sh', '-c', `echo go | "$@"`, 'sh', ...words('1')]));
  tally.check(
    'control: unguarded every attack succeeds',
    control.succeeded > 7 && control.odd === 0,
    JSON.stringify(control),
  );
  const before = Number(records().at(-1)?.seq ?? 0);
  const person = await Person.arrive();
  person.answer = () => 'allow-once';
  const { ended } = startAsDev([
    RINGFENCE,
    'run',
    '--manifest',
    manifestFor(programs),
    '--',
    '/bin/sh',
    '-c',
    'echo go | "$@"',
    'sh',
    ...words(FOREVER),
  ]);
  tally.check('the agent began', await until(() => ringfence('ps').stdout.includes('besieger'), SEEN_WITHIN_MS));
  let goesOn = true;
  const others = sessionsComeAndGo(load.sessions, () => goesOn);
  const inStarts = await killing(helper, kills, seeded(seed));
  tally.check(
    'the helper ended when it was told to, and only then',
    helper.endedByItself === 0,
    `${helper.endedByItself}`,
  );
  tally.check(
    'a later helper knows the session',
    await until(() => ringfence('ps').stdout.includes('besieger'), SEEN_WITHIN_MS),
    JSON.stringify(ringfence('ps')),
  );
  goesOn = false;
  const { ran, turnedAway, hung } = await others;
  tally.check('sessions that begin meanwhile run, or are turned away; none hangs', hung === 0, `${hung}`);
  await stillAnswered(person, tally);
  writeFileSync(STOP, '');
  tally.check('nobody stayed stopped', await until(() => stopped(['besieger']).length === 0, FREED_WITHIN_MS));
  const said = await ended;
  person.leave();
  const report = siegeOf(said);
  console.log(
    `    seed ${seed}: ${kills} deaths, ${inStarts} of them while it started; ${ran} sessions beside, ${turnedAway} turned away`,
  );
  console.log(`    ${JSON.stringify(report)}`);
  checkReport(report, tally);
  tally.check('its end is noticed', await until(() => !ringfence('ps').stdout.includes('besieger'), FREED_WITHIN_MS));
  await everythingIsWritten();
  checkRecords(before, report, tally);
  await nothingWaits(tally);
}

function prepare(programs: string, pauseMs: string): (rounds: string) => string[] {
  give(join(CLOSED, 'key'), 'secret');
  give(join(WORK, 'allowed'), 'allowed');
  give(join(GREY, 'document'), 'grey');
  mkdirSync(WORK, { recursive: true });
  rmSync(STOP, { force: true });
  return (rounds) => [join(programs, 'besieger'), STOP, rounds, pauseMs, CLOSED, WORK, join(programs, 'nothing'), GREY];
}

function manifestFor(programs: string): string {
  return skill('besieger', {
    exec: [join(programs, 'besieger'), '/bin/sh', '/usr/bin/*'],
    filesystem: { read: ['~/besieged/**'], write: ['~/besieged/**'] },
    require_approval: { filesystem: { read: ['~/grey/**'] } },
  });
}

function siegeOf({ stdout, stderr, status }: Said): Siege {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Siege;
  } catch {
    throw new Error(`the agent did not come to its end: status ${status} ${stdout} ${stderr}`);
  }
}

/** How often it was not yet listening. */
async function killing(helper: Helper, kills: number, random: () => number): Promise<number> {
  let startMs = 0;
  let inStarts = 0;
  for (let kill = 0; kill < kills; kill++) {
    const whileStarting = kill > 0 && random() < 0.5;
    await sleep(random() * (whileStarting ? startMs : MOST_QUIET_MS));
    if (!helper.answers()) inStarts += 1;
    await helper.end(kill === 0 ? 'SIGTERM' : 'SIGKILL');
    await sleep(random() * 500);
    const began = performance.now();
    helper.launch();
    // every now and then it comes to serve
    if (kill % 5 === 0 || kill === kills - 1) await helper.listening();
    if (kill === 0) startMs = performance.now() - began;
  }
  return inStarts;
}

async function sessionsComeAndGo(
  betweenMs: number,
  goesOn: () => boolean,
): Promise<{ ran: number; turnedAway: number; hung: number }> {
  const counts = { ran: 0, turnedAway: 0, hung: 0 };
  const manifest = skill('passer-by', { exec: ['/usr/bin/true'] });
  while (goesOn()) {
    const { child, ended } = startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', '/usr/bin/true']);
    const timer = setTimeout(() => {
      counts.hung += 1;
      child.kill('SIGKILL');
    }, RUNS_WITHIN_MS);
    const { status } = await ended;
    clearTimeout(timer);
    if (status === 0) counts.ran += 1;
    else counts.turnedAway += 1;
    await sleep(betweenMs);
  }
  return counts;
}

/** Questions are asked and answered as ever. */
async function stillAnswered(person: Person, tally: Tally): Promise<void> {
  const asked = person.heldSoFar;
  const allowed = () => person.ended.filter(({ outcome }) => outcome === 'allowed').length;
  const before = allowed();
  const isAnswered = await until(() => person.heldSoFar > asked && allowed() > before, SEEN_WITHIN_MS);
  tally.check('questions are asked and answered again', isAnswered, `${person.heldSoFar - asked} asked`);
}

function checkReport(
  { rounds, succeeded, odd, lastOdd, worked, broken, granted, withheld, heldOdd }: Siege,
  tally: Tally,
): void {
  tally.check('no attack succeeded', succeeded === 0 && rounds > 100, `${succeeded} in ${rounds} rounds`);
  tally.check('each was refused as it should be', odd === 0, `${odd}, one of them ${lastOdd}`);
  tally.check('what is allowed went on', broken === 0 && worked > 100, `${broken} of ${worked + broken}`);
  tally.check(
    'questions were answered, or refused for want of the guard',
    granted > 0 && withheld > 0 && heldOdd === 0,
    `${granted} granted, ${withheld} withheld, ${heldOdd} odd`,
  );
}

async function everythingIsWritten(): Promise<void> {
  for (let last = -1, now = records().length; now !== last; now = records().length) {
    last = now;
    await sleep(3000);
  }
}

/** What the agent saw refused against what the log says: none is missing, unless the log itself says so. */
function checkRecords(before: number, { refused }: Siege, tally: Tally): void {
  const written = records().filter(({ seq }) => Number(seq) > before);
  const lost = sum(written.filter(({ kind }) => kind === 'gap'));
  const blocks = written.filter(
    ({ skill_id, verdict, path }) => skill_id === 'besieger' && verdict === 'block' && path !== join(GREY, 'document'),
  );
  const told = Object.fromEntries(
    Object.keys(refused).map((call) => [call, sum(blocks.filter((one) => one.call === call))]),
  );
  const missing = Object.entries(refused).map(([call, count]) => count - (told[call] ?? 0));
  const detail = `refused ${JSON.stringify(refused)}, recorded ${JSON.stringify(told)}, lost ${lost}`;
  const total = missing.reduce((all, one) => all + Math.max(one, 0), 0);
  tally.check('each refusal is on record, or in what is recorded as lost', total <= lost, detail);
  tally.check(
    'and none is on record that was not seen',
    missing.every((one) => one >= 0),
    detail,
  );
  tally.check(
    'the chain is intact',
    /^INTACT/.test(ringfence('audit', 'verify').stdout),
    ringfence('audit', 'verify').stdout,
  );
}

function sum(lines: readonly Record<string, unknown>[]): number {
  return lines.reduce((all, { count }) => all + Number(count ?? 1), 0);
}

async function nothingWaits(tally: Tally): Promise<void> {
  const connected = await connect({ client: { name: 'siege', version: '1' } });
  if (!connected.ok) return tally.check('the helper answers', false, JSON.stringify(connected.error));
  const { approvals } = connected.value.snapshot;
  tally.check('no question is left', approvals.length === 0, JSON.stringify(approvals));
  connected.value.close();
}
