/** The installed product: what a person and the log see of a skill that somebody changes, and a helper that dies meanwhile. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import {
  asDev,
  give,
  Helper,
  HOME,
  records,
  ringfence,
  type Said,
  skill,
  sleep,
  startAsDev,
  trustDev,
  until,
} from '../installed.ts';
import { Performer } from '../performer.ts';
import type { Tally } from '../tally.ts';
import { DEV } from './arena.ts';

const PINS = '/sys/fs/bpf/ringfence';
const REFUSED = 125;
const WORK = `${HOME}/work`;
/** Far more than it takes, as the guest is emulated; how long it did take is printed. */
const SOON_MS = 10_000;
/** The agent comes round far more often, emulated or not. */
const ROUND_MS = 1500;
const TRUST_DROPPED = 'skill.trust-dropped';

interface Running {
  readonly manifest: string;
  readonly folder: string;
  readonly ended: Promise<Said>;
  readonly session: string;
  readonly pids: readonly number[];
}

export interface InstalledSetup {
  readonly tally: Tally;
  readonly group: (name: string, run: () => Promise<void>) => Promise<void>;
  readonly programs: string;
}

export async function installedSkills({ tally, group, programs }: InstalledSetup): Promise<void> {
  const helper = new Helper();
  give(`${WORK}/data`, 'granted\n');
  trustDev();
  await helper.start();
  try {
    await group('installed: an editor', () => edited(tally, programs));
    await group('installed: a writer that was there before', () => writer(tally, programs));
    await group('installed: the agent itself', () => byTheAgent(tally));
    await group('installed: something is mounted over the skill', () => mountedOver(tally, programs));
    await group('installed: the helper dies', () => withoutHelper(tally, helper, programs));
    tally.check('nothing stays pinned', await until(() => pinsLeft() === 0, SOON_MS), `${pinsLeft()} pins`);
  } finally {
    await helper.end('SIGTERM');
  }
}

/** A session that reads a file again and again until it is told to stop. */
async function start(name: string, programs: string): Promise<Running> {
  const agent = join(programs, 'changer');
  const filesystem = { read: [`${WORK}/**`], write: [`${WORK}/**`] };
  const manifest = skill(name, { filesystem, exec: [agent, '/usr/bin/true'] });
  const command = [agent, 'watch', `${WORK}/data`, `${WORK}/${name}`];
  const { ended } = startAsDev(['/opt/ringfence/bin/ringfence', 'run', '--manifest', manifest, '--', ...command]);
  const begun = await until(() => existsSync(`${WORK}/${name}`), 60_000);
  const session = sessionOf(name);
  if (!begun || session === null) throw new Error(`the session ${name} did not begin`);
  return { manifest, folder: join(manifest, '..'), ended, session: session.id, pids: session.pids };
}

interface Shown {
  readonly id: string;
  readonly skillId: string;
  readonly trust: string;
  readonly pids: readonly number[];
}

function sessionOf(name: string): Shown | null {
  const lines = ringfence('ps', '--json').stdout.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Shown).find(({ skillId }) => skillId === name) ?? null;
}

async function stop({ ended, pids }: Running): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  await ended;
}

/** The agent goes on: it says so anew. */
async function goesOn(name: string, patienceMs = SOON_MS): Promise<boolean> {
  rmSync(`${WORK}/${name}`, { force: true });
  return until(() => existsSync(`${WORK}/${name}`), patienceMs);
}

/** One of its rounds may still have been under way. */
async function isRefused(name: string): Promise<boolean> {
  await sleep(ROUND_MS);
  return !(await goesOn(name, 2 * ROUND_MS));
}

const dropRecord = (session: string) =>
  records().find((record) => record.kind === TRUST_DROPPED && record.session === session);

/** The record of a drop, and how long it took from `done` to the record, by the wall clock of both. */
async function recorded(
  tally: Tally,
  name: string,
  session: string,
  done: number,
): Promise<Record<string, unknown> | null> {
  await until(() => dropRecord(session) !== undefined, SOON_MS);
  const took = Date.now() - done;
  const record = dropRecord(session) ?? null;
  tally.check(`${name}: on record`, record !== null);
  console.log(`    ${name}: in the log and read from it ${took} ms after the change was begun`);
  return record;
}

async function edited(tally: Tally, programs: string): Promise<void> {
  const running = await start('edited', programs);
  const before = sessionOf('edited');
  tally.check('ps: bound', before?.trust === 'bound', JSON.stringify(before));
  asDev(['/bin/cat', `${running.folder}/SKILL.md`]);
  tally.check('control: reading it drops nothing', (await goesOn('edited')) && sessionOf('edited')?.trust === 'bound');
  const done = Date.now();
  const said = asDev(['/bin/sh', '-c', `echo more >> ${running.folder}/SKILL.md`]);
  const record = await recorded(tally, 'an edit', running.session, done);
  tally.check('the edit itself goes through', said.status === 0, said.stderr);
  tally.check('names the file', record?.path === `${running.folder}/SKILL.md`, String(record?.path));
  tally.check(
    'and the call, the user and the program',
    record?.call === 'open' && record.uid === DEV && record.comm === 'sh',
  );
  tally.check('the agent is refused', await isRefused('edited'));
  tally.check('ps: dropped', sessionOf('edited')?.trust === 'dropped');
  const why = ringfence('why', String(record?.seq)).stdout;
  tally.check(
    'why says what was done and what to do',
    /SKILL\.md was opened for writing by sh/.test(why) && why.includes('manifest sign'),
    why,
  );
  const isRefusal = ({ reason, kind }: Record<string, unknown>) => kind === 'decision' && reason === 'trust-dropped';
  tally.check('each refusal has its reason', await until(() => records().some(isRefusal), SOON_MS));
  await stop(running);
  const again = ringfence('run', '--manifest', running.manifest, '--', '/usr/bin/true');
  tally.check('it is not bound again as it is', again.status === REFUSED, `${again.status} ${again.stderr}`);
  const signed = ringfence('manifest', 'sign', running.manifest);
  const fresh = ringfence('run', '--manifest', running.manifest, '--', '/usr/bin/true');
  tally.check('control: signed again it is', signed.status === 0 && fresh.status === 0, fresh.stderr);
}

async function writer(tally: Tally, programs: string): Promise<void> {
  const manifest = skill('written', { exec: ['/usr/bin/touch'], filesystem: { write: [`${WORK}/**`] } });
  const marker = `${WORK}/ran`;
  const attempt = () => ringfence('run', '--manifest', manifest, '--', '/usr/bin/touch', marker);
  const changer = new Performer(join(programs, 'changer'), 0, DEV);
  for (const deed of ['keep-writer', 'keep-map']) {
    rmSync(marker, { force: true });
    await changer.perform(deed, join(manifest, '../SKILL.md'));
    const said = attempt();
    tally.check(`${deed}: refused before the command`, said.status === REFUSED && !existsSync(marker), said.stderr);
    const names = said.stderr.includes('SKILL.md') && said.stderr.includes(`process ${changer.pid} (changer)`);
    tally.check(`${deed}: names file and process`, names, said.stderr);
    tally.check(`${deed}: on record`, records().findLast(({ kind }) => kind === 'refused')?.cause === 'has-writer');
    await changer.perform('release', '');
    const after = attempt();
    tally.check(`${deed}: control: bound once it is closed`, after.status === 0 && existsSync(marker), after.stderr);
  }
  await changer.end();
}

/** Its manifest lets it write its own folder: that is allowed, and ends what the manifest grants. */
async function byTheAgent(tally: Tally): Promise<void> {
  const permissions = {
    filesystem: { read: [`${WORK}/**`], write: [`${WORK}/**`, '$SKILL/**'] },
    exec: ['/bin/sh', '/usr/bin/*'],
  };
  const manifest = skill('rewriter', permissions);
  const file = join(manifest, '../SKILL.md');
  const run = (script: string) => ringfence('run', '--manifest', manifest, '--', '/bin/sh', '-c', script);
  const control = run(`read line < ${WORK}/data && echo "$line"; read line < ${WORK}/data && echo "$line"`);
  tally.check('control: reads twice', control.stdout === 'granted\ngranted\n', control.stdout + control.stderr);
  const said = run(
    `read line < ${WORK}/data && echo "$line"; echo evil > ${file}; read line < ${WORK}/data && echo "$line"`,
  );
  tally.check('its very next call is refused', said.stdout === 'granted\n', said.stdout + said.stderr);
  tally.check('what it wrote is there', readFileSync(file, 'utf8') === 'evil\n');
  const dropped = () => records().findLast(({ kind, skill_id }) => kind === TRUST_DROPPED && skill_id === 'rewriter');
  await until(() => dropped() !== undefined, SOON_MS);
  const chain = dropped()?.process_chain;
  tally.check(
    'with the chain of its own processes',
    Array.isArray(chain) && chain.length > 0,
    JSON.stringify(dropped()),
  );
}

async function mountedOver(tally: Tally, programs: string): Promise<void> {
  for (const what of ['folder', 'file'] as const) {
    const running = await start(what, programs);
    tally.check(`${what}: control: it goes on`, await goesOn(what));
    const target = what === 'folder' ? running.folder : join(running.folder, 'SKILL.md');
    const done = Date.now();
    execFileSync('mount', what === 'folder' ? ['-t', 'tmpfs', 'tmpfs', target] : ['--bind', `${WORK}/data`, target]);
    const record = await recorded(tally, `a mount over the ${what}`, running.session, done);
    tally.check(`${what}: says where`, record?.path === running.folder, String(record?.path));
    tally.check(`${what}: the agent is refused`, await isRefused(what));
    execFileSync('umount', [target]);
    await stop(running);
  }
}

/** The kernel needs no helper for it; a later helper writes the record, and knows what was bound. */
async function withoutHelper(tally: Tally, helper: Helper, programs: string): Promise<void> {
  const running = await start('orphan', programs);
  const other = await start('other', programs);
  await helper.end('SIGKILL');
  tally.check('control: both go on without a helper', (await goesOn('orphan')) && (await goesOn('other')));
  asDev([
    '/bin/sh',
    '-c',
    `mv ${running.folder}/SKILL.md ${running.folder}/x && cp ${running.folder}/x ${running.folder}/SKILL.md`,
  ]);
  tally.check('the one is refused, the other goes on', (await isRefused('orphan')) && (await goesOn('other')));
  await helper.start();
  const record = await recorded(tally, 'a change while there was no helper', running.session, Date.now());
  tally.check('by rename', record?.call === 'rename', String(record?.call));
  tally.check(
    'ps: one is dropped, the other is not',
    sessionOf('orphan')?.trust === 'dropped' && sessionOf('other')?.trust === 'bound',
  );
  const done = Date.now();
  asDev(['/bin/sh', '-c', `: > ${other.folder}/SKILL.md`]);
  await recorded(tally, 'a change under the later helper', other.session, done);
  tally.check('ps: both are', sessionOf('other')?.trust === 'dropped');
  await stop(running);
  await stop(other);
}

function pinsLeft(): number {
  return ['pinned', 'pins', 'skills'].reduce((sum, name) => sum + new PinnedMap(PINS, name).keys().length, 0);
}
