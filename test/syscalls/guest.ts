/** Runs in the guest as root: the fuzzer without the guard, as an agent of the installed product, and against planted holes. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { takeDown } from '../../helper/kernel/put-in-force.ts';
import { writeSkill } from '../agents/skill.ts';
import { Helper, ringfence, sleep, trustDev, until } from '../kernel/installed.ts';
import { Tally } from '../kernel/tally.ts';
import { empty, marked, plant } from './canaries.ts';
import { FUZZER } from './compile.ts';
import { type FuzzOptions, type Report, startFuzzer } from './fuzz.ts';
import { GROWTH_RULE, grown, type Sample } from './growth.ts';
import { HOLES, type Hole, objectOf } from './holes.ts';
import { kernelTrouble } from './kernel-log.ts';
import { entriesNow, kernelSide, OBJECT, PINS, sampleAt } from './measure.ts';
import { CANARIES, HOME, permissions, STATE } from './places.ts';
import { differences, protectedState } from './protected-state.ts';
import { openServers, type Servers } from './servers.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '25' },
    'control-seconds': { type: 'string', default: '8' },
    'hole-seconds': { type: 'string', default: '60' },
    'root-seconds': { type: 'string', default: '0' },
    /** Holes in the kernel programs as well, not in the manifest alone. */
    holes: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const BEFORE_HELPER = CANARIES.filter((path) => !path.startsWith(STATE));
const DEV = 1000;
/** What a call fails with when the fuzzer is at the same place at the same time. */
const RACES = ['ENOENT', 'EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'ELOOP', 'EBUSY'];
const LOOK_MS = 300;
const END_WITHIN_MS = 60_000;
/** Of the calls in the table, this share has to succeed now and then: others than errors are to be compared. */
const LEAST_SHARE_DONE = 0.8;
const result: Record<string, unknown> = { seed: values.seed, growthRule: GROWTH_RULE };
const tally = new Tally();
const helper = new Helper();

function summary({ calls, ...rest }: Report): string {
  const all = Object.values(calls);
  const sum = (field: 'done' | 'refused' | 'failed' | 'hung') => all.reduce((total, count) => total + count[field], 0);
  const { steps, episodes, unbegun, crashed, found, milliseconds } = rest;
  return (
    `${steps} steps, ${episodes} episodes (${unbegun} unbegun, ${crashed} crashed, ${sum('hung')} hung) in ${milliseconds} ms: ` +
    `${sum('done')} done, ${sum('refused')} refused, ${sum('failed')} failed, ${found} canaries`
  );
}

function say(text: string): void {
  console.log(`    ${text}`);
}

/** What is looked at may be moved away at the same time. */
function meanwhile(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!RACES.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Without the guard: canaries come out, places are changed, servers are reached, and all of it is noticed. */
async function control(servers: Servers): Promise<void> {
  const before = protectedState();
  const run = startFuzzer(options({ seconds: Number(values['control-seconds']), manifest: null }));
  const changed = new Set<string>();
  let running = true;
  const ended = run.ended.finally(() => {
    running = false;
  });
  const began = performance.now();
  let firstChange = null as number | null;
  while (running) {
    meanwhile(() => {
      for (const difference of differences(before, protectedState())) changed.add(difference);
      if (changed.size > 0) firstChange ??= performance.now() - began;
    });
    // or nothing would begin any more once it has closed its home to itself
    meanwhile(() => plant(BEFORE_HELPER));
    await Promise.race([sleep(LOOK_MS), ended.catch(() => undefined)]);
  }
  const report = await ended;
  const { closed, open } = servers.reached();
  const canaries = new Set(report.finds.map(({ canary }) => canary));
  const undone = Object.entries(report.calls).filter(([, { done }]) => done === 0);
  say(summary(report));
  say(`canaries ${[...canaries].join(' ')}; ${changed.size} changes, the first after ${firstChange?.toFixed(0)} ms`);
  say(
    `reached: ${[...new Set(closed)].join(', ')}; open ones ${open} times; never done: ${undone.map(([name]) => name).join(', ')}`,
  );
  say(`canaries in granted places: ${marked().length} files`);
  tally.check(
    'control: without the guard canaries come out',
    canaries.size > 2,
    JSON.stringify(report.finds.slice(0, 3)),
  );
  tally.check('control: and protected places are changed', changed.size > 0);
  tally.check('control: and servers that are not granted are reached', closed.length > 0);
  const total = Object.keys(report.calls).length;
  tally.check(
    'control: the calls of the table succeed now and then',
    total - undone.length >= LEAST_SHARE_DONE * total,
    undone.map(([name]) => name).join(', '),
  );
  result.control = { ...report, finds: report.finds.slice(0, 8), changes: changed.size, reached: closed.length };
}

function options(more: Pick<FuzzOptions, 'seconds' | 'manifest'> & Partial<FuzzOptions>): FuzzOptions {
  return { seed: values.seed, user: 'dev', ...more };
}

/** A signed manifest of the user's. */
function skill(id: string, granted: object): string {
  const what = { id, version: '1.0.0', document: `# ${id}\n`, permissions: granted };
  mkdirSync(`${HOME}/skills`, { recursive: true });
  return writeSkill(`${HOME}/skills/${id}`, what, `${HOME}/.config/ringfence/publisher.key`, DEV);
}

/** The helper's state stands where it could be read, were there no guard. */
async function startHelper(): Promise<void> {
  await helper.start();
  plant();
}

/** Takes the programs in force out and starts with others. */
async function restartWith(object: string): Promise<void> {
  await helper.end('SIGTERM');
  takeDown(PINS);
  copyFileSync(object, OBJECT);
  empty();
  plant(BEFORE_HELPER);
  await startHelper();
}

/** As an agent. */
async function guarded(name: string, user: 'dev' | 'root', seconds: number, servers: Servers): Promise<void> {
  const side = kernelSide();
  const manifest = skill(`fuzzer-${user}`, permissions(FUZZER));
  plant();
  const [stateBefore, entriesBefore] = [protectedState(), entriesNow()];
  const samples: Sample[] = [];
  servers.reached();
  const run = startFuzzer(options({ seconds, user, manifest }));
  let running = true;
  const ended = run.ended.finally(() => {
    running = false;
  });
  const began = performance.now();
  const every = Math.max(2000, (seconds * 1000) / 18);
  while (running) {
    await Promise.race([sleep(every), ended.catch(() => undefined)]);
    const sample = sampleAt((performance.now() - began) / 1000, side);
    // before that the session is still being started
    if (running && sample.labelled > 0) samples.push(sample);
  }
  const report = await ended;
  const { closed, open } = servers.reached();
  say(summary(report));
  say(`reached: ${[...new Set(closed)].join(', ') || 'none'}; open ones ${open} times`);
  say(
    `samples: ${samples.map((one) => `${one.seconds}s ${one.helperMiB}/${one.kernelMiB}MiB ${one.labelled}`).join(', ')}`,
  );
  tally.check('no canary comes out', report.found === 0, JSON.stringify(report.finds.slice(0, 5)));
  const files = marked();
  tally.check('none lies in a granted place', files.length === 0, files.slice(0, 5).join(', '));
  const changes = differences(stateBefore, protectedState());
  tally.check('nothing of what is protected has changed', changes.length === 0, changes.slice(0, 8).join('; '));
  tally.check('no server that is not granted is reached', closed.length === 0, [...new Set(closed)].join(', '));
  checkBusy(report, open);
  await checkEnd(entriesBefore, samples);
  checkKernel();
  result[name] = { ...report, samples };
}

/** A run in which hardly anything happens finds nothing either. */
function checkBusy({ calls, steps, episodes, unbegun }: Report, open: number): void {
  const untried = Object.entries(calls).filter(([, { done, refused, failed }]) => done + refused + failed === 0);
  const all = Object.values(calls);
  const [done, refused] = [all.reduce((sum, one) => sum + one.done, 0), all.reduce((sum, one) => sum + one.refused, 0)];
  tally.check('every call of the table is made', untried.length === 0, untried.map(([name]) => name).join(', '));
  tally.check(
    'calls are let through and refused',
    done > steps / 10 && refused > steps / 20,
    `${done} done, ${refused} refused of ${steps}`,
  );
  tally.check('nearly all episodes begin', unbegun * 10 < episodes, `${unbegun} of ${episodes} do not`);
  tally.check('what is granted is reached', open > 0);
}

async function checkEnd(before: Record<string, number>, samples: readonly Sample[]): Promise<void> {
  const side = kernelSide();
  const left = () => Object.entries(entriesNow()).filter(([name, count]) => count > (before[name] ?? 0));
  const isClean = await until(() => side.labels().length === 0 && left().length === 0, END_WITHIN_MS);
  tally.check('nothing of the session is left', isClean, JSON.stringify({ tasks: side.labels().length, left: left() }));
  const growth = grown(samples);
  tally.check('nothing grows', growth.length === 0, growth.join('; '));
  const evidence = ringfence('audit', 'verify').stdout;
  tally.check('the evidence of all that is whole', /^INTACT/.test(evidence), evidence);
}

function checkKernel(): void {
  const skipped = kernelSide()
    .statistics()
    .filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call went past a program', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  const trouble = kernelTrouble();
  tally.check('the kernel has nothing to say', trouble.length === 0, trouble.slice(0, 5).join('; '));
}

/** The fuzzer against a hole: how long until it shows, null when it did not. */
async function untilFound(shows: Hole['shows'], manifest: string): Promise<{ seconds: number | null; by: string }> {
  plant();
  const before = protectedState();
  const run = startFuzzer(
    options({ seconds: Number(values['hole-seconds']), manifest, stopAtFind: shows === 'canary' }),
  );
  const began = performance.now();
  let [running, change] = [true, ''];
  const ended = run.ended.finally(() => {
    running = false;
  });
  while (running) {
    if (shows === 'change') change = differences(before, protectedState())[0] ?? '';
    // by the hole it may take away the folder that it works in
    else meanwhile(() => plant());
    if (change !== '') break;
    await Promise.race([sleep(LOOK_MS), ended.catch(() => undefined)]);
  }
  const seconds = (performance.now() - began) / 1000;
  run.stop();
  const report = await ended;
  say(summary(report));
  const found = shows === 'canary' ? report.found > 0 : change !== '';
  return { seconds: found ? seconds : null, by: shows === 'canary' ? JSON.stringify(report.finds[0] ?? null) : change };
}

const found: { name: string; seconds: number | null; by: string }[] = [];

async function findHole(name: string, shows: Hole['shows'], manifest: string): Promise<void> {
  const { seconds, by } = await untilFound(shows, manifest);
  say(`${seconds === null ? 'MISSED' : `found after ${seconds.toFixed(1)} s`}: ${name}: ${by}`);
  tally.check(`planted hole is found: ${name}`, seconds !== null);
  found.push({ name, seconds, by });
}

async function main(): Promise<void> {
  mkdirSync('/var/lib', { recursive: true });
  trustDev();
  plant(BEFORE_HELPER);
  const servers = await openServers();
  const wanted = (group: string) => values.only === '' || values.only.split(',').includes(group);
  if (wanted('control')) await tally.group('without the guard', () => control(servers));
  empty();
  plant(BEFORE_HELPER);
  const again = await reopen(servers);
  await startHelper();
  const seconds = Number(values.seconds);
  if (wanted('guarded')) await tally.group('as an agent', () => guarded('guarded', 'dev', seconds, again));
  const asRoot = Number(values['root-seconds']);
  if (asRoot > 0 && wanted('root'))
    await tally.group('as an agent of root', () => guarded('root', 'root', asRoot, again));
  if (wanted('manifest'))
    await tally.group('a hole in the manifest', () =>
      findHole(
        'one place too many is granted',
        'canary',
        skill('fuzzer-hole', permissions(FUZZER, [`${HOME}/notes/private/**`])),
      ),
    );
  if (values.holes && wanted('holes'))
    for (const hole of HOLES)
      await tally.group(`a hole: ${hole.name}`, async () => {
        await restartWith(objectOf(hole));
        await findHole(hole.name, hole.shows, skill('fuzzer-holes', permissions(FUZZER)));
      });
  result.holes = found;
  await helper.end('SIGTERM');
  again.close();
}

/** The user may have taken its socket's file away. */
async function reopen(servers: Servers): Promise<Servers> {
  servers.close();
  return openServers();
}

await main();
writeFileSync('/mnt/out/result.json', JSON.stringify(result));
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
