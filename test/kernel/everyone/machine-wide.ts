/** Runs in the guest as root: programs that are no agents, in two people's homes, in the installed product. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { leavePattern } from '../handed-back.ts';
import { Helper, ringfence, sleep } from '../installed.ts';
import { Tally } from '../tally.ts';
import { Administrator } from './administrator.ts';
import { makePeople } from './home.ts';
import { guardedInstall, ownTools, unguardedInstall } from './npm-postinstall.ts';
import { everythingSucceeds, installWrong, rightPrograms, wrongProgram } from './rows.ts';
import { standInForAll } from './stand-ins.ts';
import { tryTricks } from './tricks.ts';
import {
  borrowedNumber,
  type Early,
  installTrusted,
  intrusions,
  kernelWays,
  ownUse,
  prepareTricks,
  startBefore,
  trickOut,
} from './trust.ts';
import { guardedDay, prepareDay, unguardedDay } from './working-day.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    /** Those of the attack suite. */
    attacks: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    /** Those groups whose name has one of these in it, between commas. */
    only: { type: 'string' },
    /** All but those whose name begins with this. */
    without: { type: 'string', multiple: true, default: [] },
  },
});
/** The helper looks every few seconds for programs that were installed. */
const LOOKED_MS = 12_000;

const { programs, attacks } = values;
const size = values.full ? 'full' : 'short';
const tally = new Tally();
const doer = join(programs, 'doer');
const ofTrust = { tally, programs };

async function group(name: string, run: () => Promise<void> | void): Promise<void> {
  const isWanted = values.only?.split(',').some((part) => name.includes(part)) ?? true;
  if (isWanted && !values.without.some((part) => name.startsWith(part))) await tally.group(name, run);
}

makePeople();
installWrong(doer);
installTrusted(programs);
const leaveDay = await prepareDay(doer);
let early: Early | null = null;
let day: ReturnType<typeof unguardedDay> | null = null;

// what works without the guard
await group('rows: without the guard', () => everythingSucceeds({ tally, doer, size }, 'without the guard'));
await group('tricks: without the guard', () => tryTricks({ tally, programs: attacks }, false));
await group('trust: without the guard', async () => {
  prepareTricks(programs);
  trickOut(ofTrust, false);
  await intrusions(ofTrust, false);
  await borrowedNumber(ofTrust, false);
  kernelWays(ofTrust, false);
  early = await startBefore(ofTrust);
});
await group('npm: without the guard', () => unguardedInstall(tally));
await group('day: without the guard', () => {
  day = unguardedDay({ tally, size });
});

const helper = new Helper();
await helper.start();
const administrator = await Administrator.arrive();
await group('rows: learning', async () => {
  await administrator.set('learning', 3600);
  everythingSucceeds({ tally, doer, size }, 'learning');
});
await administrator.set('enforcing');
await sleep(LOOKED_MS);

// what does not with it
await group('trust: of programs that ran before', async () => {
  prepareTricks(programs);
  await early?.finish();
});
await group('trust: tricks', async () => {
  prepareTricks(programs);
  trickOut(ofTrust, true);
  await intrusions(ofTrust, true);
  await borrowedNumber(ofTrust, true);
  kernelWays(ofTrust, true);
});
await group('trust: own use', () => {
  prepareTricks(programs);
  ownUse(ofTrust);
});
await group('tricks: enforced', () => tryTricks({ tally, programs: attacks }, true));
await group('npm: enforced', () => guardedInstall(tally, administrator));
await group('npm: own tools', () => ownTools(tally, administrator, doer));
await group('rows: the wrong program', () => wrongProgram({ tally, doer, size }, administrator));
await group('rows: the right programs', async () => {
  const takeAway = standInForAll(doer);
  await sleep(LOOKED_MS);
  await rightPrograms({ tally, doer, size }, administrator);
  takeAway();
});
await group('day: learning, then enforced', async () => {
  if (day !== null) await guardedDay({ tally, size }, administrator, day);
});

const doctor = ringfence('doctor').stdout;
tally.check('doctor says ENFORCING', /^ENFORCING$/m.test(doctor), doctor);
administrator.leave();
await helper.end('SIGTERM');
leaveDay();
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
