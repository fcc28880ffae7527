/** Runs in the guest as root: builds of the kernel programs follow one another while a session attacks. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { earlierPins } from '../../../helper/kernel/earlier-builds.ts';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import { KernelSide } from '../../../helper/kernel/kernel-side.ts';
import { encodeU32, LAYOUT_VERSION } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { takeDown, UpgradeRefused } from '../../../helper/kernel/put-in-force.ts';
import { leavePattern } from '../handed-back.ts';
import { sleep, until } from '../installed.ts';
import { seeded, seedFrom } from '../seeded.ts';
import { Tally } from '../tally.ts';
import { Besieged, control } from './besieged.ts';
import type { Build } from './builds.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    builds: { type: 'string', default: '' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string' },
  },
});
const { programs, object } = values;
const PINS = '/sys/fs/bpf/ringfence-test';
const NEXT = `${PINS}-new`;
/** Two builds judge each call, emulated. */
const SOME_ROUNDS_MS = 3000;
const GONE_WITHIN_MS = 30_000;
const tally = new Tally();
const objectOf = (build: Build): string => join(values.builds, `${build}.bpf.o`);
const seed = seedFrom(values.seed);
const random = seeded(seed);
console.log(`    seed ${seed}`);

const objects = (): string => execFileSync(join(programs, 'kernel-objects'), { encoding: 'utf8' }).trim();
/** The kernel lets go of what nobody refers to a moment later. */
const settled = (expected: string): Promise<boolean> => until(() => objects() === expected, GONE_WITHIN_MS);
const linksIn = (pins: string): string => readdirSync(`${pins}/links`).sort().join();

const atFirst = objects();
await control(programs, tally);
const guard = new Guard({ objectFile: objectOf('changed'), pinDirectory: PINS });
guard.protect([]);
const source = await open({ pinDirectory: PINS });
// what libbpf has tried the kernel with goes a moment later
await sleep(3000);
/** Of the build that is shipped: the changed one has a program more. */
const ofOne = objects().replace(/\d+/, (programs) => String(Number(programs) - 1));
const links = linksIn(PINS);

await tally.group('another build with the same maps', async () => {
  const besieged = new Besieged(guard, programs, source);
  await sleep(500);
  const before = performance.now();
  const side = new KernelSide({ objectFile: object, pinDirectory: PINS });
  console.log(`    replaced in ${(performance.now() - before).toFixed(0)} ms`);
  tally.check('it takes over the maps', side.cameIntoForce === 'upgraded', side.cameIntoForce);
  tally.check('they are the very same', side.instance === guard.side.instance);
  tally.check('all of it is attached', linksIn(PINS) === links);
  const { session } = besieged.session.label;
  tally.check(
    'labels are still there',
    side.labels().some(({ label }) => label.session === session),
  );
  tally.check(
    'nothing is left of the build before',
    !existsSync(NEXT) && (await settled(ofOne)),
    `${objects()}, expected ${ofOne}`,
  );
  await sleep(500);
  besieged.check(tally, 'replaced', await besieged.end());
  const isOver = await until(() => side.liveTasks(session) === 0n, GONE_WITHIN_MS);
  tally.check(
    'tasks and processes that began meanwhile were counted once',
    isOver && besieged.session.counted().processes === 0n,
    `${side.liveTasks(session)} tasks, ${besieged.session.counted().processes} processes`,
  );
  const again = new KernelSide({ objectFile: object, pinDirectory: PINS });
  tally.check('the same build is taken over as it is', again.cameIntoForce === 'resumed', again.cameIntoForce);
});

/** How long it takes undisturbed, from its first line. */
function replaceWith(build: string, killAfterMs: number | null): Promise<{ said: string; ms: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'replace.ts'), build, PINS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let began = performance.now();
  child.stdout.on('data', (chunk: Buffer) => {
    if (said === '') {
      began = performance.now();
      if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    }
    said += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', () => resolve({ said, ms: performance.now() - began })));
}

await tally.group('a helper that is killed while it replaces the build', async () => {
  const besieged = new Besieged(guard, programs, source);
  const { ms } = await replaceWith(objectOf('changed'), null);
  let wasWhole = 0;
  let cut = 0;
  const moments: number[] = [];
  for (let kill = 0; kill < Number(values.kills); kill++) {
    const moment = random() * ms;
    moments.push(Math.round(moment));
    const { said } = await replaceWith(kill % 2 === 0 ? object : objectOf('changed'), moment);
    if (said === 'begins\n') cut += 1;
    if (linksIn(PINS) === links && existsSync(`${PINS}/maps/layout`)) wasWhole += 1;
  }
  console.log(`    one takes ${ms.toFixed(0)} ms; killed after ${moments.join(', ')} ms, ${cut} before it was done`);
  tally.check('what is in force is whole each time', wasWhole === Number(values.kills), `${wasWhole}`);
  await replaceWith(object, null);
  const { said } = await replaceWith(object, null);
  tally.check('the next one is in force, and stays so', said.endsWith('resumed\n'), said);
  besieged.check(tally, 'killed', await besieged.end());
  tally.check(
    'nothing is left of those that were killed',
    !existsSync(NEXT) && (await settled(ofOne)),
    `${objects()}, expected ${ofOne}`,
  );
});

await tally.group('a build that the kernel refuses', async () => {
  const besieged = new Besieged(guard, programs, source);
  let said: unknown = null;
  try {
    new KernelSide({ objectFile: objectOf('refused'), pinDirectory: PINS });
  } catch (error) {
    said = error;
  }
  const message = said instanceof Error ? said.message : String(said);
  tally.check(
    'it says so, and what is in force',
    said instanceof UpgradeRefused && message.includes('stay in force'),
    message,
  );
  tally.check('the build before is whole', linksIn(PINS) === links && !existsSync(NEXT));
  besieged.check(tally, 'refused', await besieged.end());
  tally.check('nothing of it is left', await settled(ofOne), objects());
});

await tally.group('builds with other maps', async () => {
  const first = new Besieged(guard, programs, source);
  const later = new Guard({ objectFile: objectOf('layout'), pinDirectory: PINS });
  later.protect([]);
  const { session } = first.session.label;
  tally.check('the build before stays beside', later.side.cameIntoForce === 'beside' && later.side.earlier.count === 1);
  tally.check(
    'and holds its agents',
    later.side.earlier.labels().some(({ label }) => label.session === session) && later.side.labels().length === 0,
  );
  tally.check('it is not taken down while it does', later.side.earlier.sweep() === 0);
  const second = new Besieged(later, programs, null);
  await sleep(SOME_ROUNDS_MS);
  second.check(tally, 'an agent of the later build', await second.end());
  const third = new Besieged(later, programs, null);
  new PinnedMap(PINS, 'layout').set(encodeU32(0), encodeU32(LAYOUT_VERSION + 1));
  const older = new KernelSide({ objectFile: objectOf('layout'), pinDirectory: PINS });
  tally.check(
    'another version of the layout, too, stays beside',
    older.cameIntoForce === 'beside' && older.earlier.count === 2,
  );
  let said: unknown = null;
  try {
    new KernelSide({ objectFile: object, pinDirectory: PINS });
  } catch (error) {
    said = error;
  }
  tally.check('more than two are refused', said instanceof UpgradeRefused, String(said));
  third.check(tally, 'an agent of the build in the middle', await third.end());
  tally.check('with its last agent it goes', await until(() => older.earlier.sweep() === 1, GONE_WITHIN_MS));
  first.check(tally, 'an agent of the first build', await first.end());
  tally.check(
    'as does the first',
    (await until(() => older.earlier.sweep() === 1, GONE_WITHIN_MS)) && earlierPins(PINS).length === 0,
  );
  const moved = new KernelSide({ objectFile: objectOf('moved'), pinDirectory: PINS });
  tally.check('maps of the same size that mean something else are not taken over', moved.cameIntoForce === 'beside');
  await until(() => moved.earlier.sweep() === 1, GONE_WITHIN_MS);
});

await tally.group('enforcement is ended while agents run', async () => {
  const last = new Guard({ objectFile: objectOf('moved'), pinDirectory: PINS });
  last.protect([]);
  const besieged = new Besieged(last, programs, null);
  await sleep(500);
  takeDown(PINS);
  const left = readdirSync(dirname(PINS)).filter((name) => name.startsWith('ringfence-test'));
  tally.check('no pin is left', left.length === 0, left.join());
  const { succeeded, rounds } = await besieged.end();
  tally.check(
    'from then on attacks succeed, so that they were refused by it',
    succeeded > 0,
    `${succeeded} in ${rounds} rounds`,
  );
  await control(programs, tally);
  last.close();
  guard.close();
  source.close();
});

await tally.group('the kernel itself', async () => {
  const log = execFileSync('dmesg', { encoding: 'utf8' });
  const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
  tally.check('the kernel log has no warning', warning === null, warning?.[0]);
  console.log(`    at first ${atFirst}; a build is ${ofOne}; now ${objects()}`);
});
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
