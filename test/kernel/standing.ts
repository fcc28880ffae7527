/** What holds whatever the rules say: internal filesystems, /proc, unknown filesystems, depth, kill, and everyone else. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../core/policy/compile.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';
import type { KernelSource } from '../../helper/audit/kernel-event.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import { Performer } from './performer.ts';
import { settingsFor } from './policy-settings.ts';
import type { Tally } from './tally.ts';

export interface StandingSetup {
  readonly guard: Guard;
  /** What it has loaded. */
  readonly object: string;
  readonly source: KernelSource;
  /** Where the compiled programs lie, and two of them. */
  readonly programs: string;
  readonly performer: string;
  readonly program: string;
  readonly tally: Tally;
}

const OPEN = '/home/open';
const EPERM = 1;
const NEVER_INSTALLED = 4000;
const OK = 0;

/** A session that may do everything below one folder and nothing elsewhere. */
function start({ guard, performer }: StandingSetup, session: bigint, onViolation: 'block' | 'kill'): Performer {
  const open = policyOf([{ effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${OPEN}/**` }]);
  const tables = compile(open, guard.mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  const { policy } = guard.policies.install(tables.value, settingsFor({ ...open, onViolation }));
  const process = new Performer(performer);
  guard.side.label(process.pid, { session, policy, generation: 1, skill: 0, flags: 0 });
  return process;
}

export async function standing(setup: StandingSetup): Promise<void> {
  mkdirSync(OPEN, { recursive: true });
  const inside = start(setup, 0x57a_0001n, 'block');
  const outside = new Performer(setup.performer);
  const both = async (name: string, operation: string, path: string, expected: number, other = ''): Promise<void> => {
    const control = await outside.perform(operation, path, other);
    const guarded = await inside.perform(operation, path, other);
    setup.tally.check(
      name,
      control === OK && guarded === expected,
      `unguarded ${control}, guarded ${guarded}, expected ${expected}`,
    );
  };
  await internal(setup, inside, both);
  await depth(setup, both);
  await unknownFilesystem(both);
  await strangers(setup, inside, outside, both);
  await withoutPolicy(setup);
  await forControl(setup, inside, both);
  await inside.end();
  await outside.end();
  await kill(setup);
  everyoneElse(setup);
}

type Both = (name: string, operation: string, path: string, expected: number, other?: string) => Promise<void>;

async function internal(setup: StandingSetup, inside: Performer, both: Both): Promise<void> {
  await both('its own pipe by /proc/self/fd, for reading', 'read', '/proc/self/fd/10', OK);
  await both('its own pipe by /proc/self/fd, for writing', 'write', '/proc/self/fd/11', OK);
  await both('its own memory map', 'read', '/proc/self/maps', OK);
  await both('the machine’s memory figures', 'read', '/proc/meminfo', OK);
  await both('the command line of another process', 'read', '/proc/1/cmdline', OK);
  await both('the environment of another process', 'read', '/proc/1/environ', EPERM);
  await both('the memory map of another process', 'read', '/proc/1/maps', EPERM);
  await both('a kernel setting, for writing', 'write', '/proc/sys/kernel/domainname', EPERM);
  await both('a new pseudo-terminal', 'read-write', '/dev/pts/ptmx', OK);
  await both('another file of the root', 'read', '/etc/hostname', EPERM);
  const unlinked = await inside.perform('exec', '/proc/self/fd/0');
  setup.tally.check('a pipe is not executed', unlinked !== OK);
}

/** A process outside the session is out of reach; the control reaches both it and the one inside. */
async function strangers(setup: StandingSetup, inside: Performer, outside: Performer, both: Both): Promise<void> {
  const stranger = new Performer(setup.performer);
  await both('tracing a process outside the session', 'trace', String(stranger.pid), EPERM);
  await both('reading the memory of a process outside the session', 'read-memory', String(stranger.pid), EPERM);
  const companion = new Performer(setup.performer);
  const label = setup.guard.side.labels().find(({ pid }) => pid === inside.pid)?.label;
  if (!label) throw new Error('the performer has lost its label');
  setup.guard.side.label(companion.pid, label);
  await both('tracing a process of the same session', 'trace', String(companion.pid), OK);
  setup.tally.check('the control is outside', (await outside.perform('read', '/etc/hostname', '')) === OK);
  await stranger.end();
  await companion.end();
}

/** Why the calls since the last reading were decided as they were. The end of an earlier session may be told in between. */
function reasonsFrom(source: StandingSetup['source']): string[] {
  const events = source.read(1000)?.events ?? [];
  return events.flatMap((event) => (event.kind === 'decision' ? [event.reason] : []));
}

/** A label whose policy is not there opens nothing, and the record says why. */
async function withoutPolicy({ guard, source, performer, tally }: StandingSetup): Promise<void> {
  const orphan = new Performer(performer);
  guard.side.label(orphan.pid, { session: 0x57a_0004n, policy: NEVER_INSTALLED, generation: 1, skill: 0, flags: 0 });
  while (source.read(1000)) {}
  tally.check('a label without its policy opens nothing', (await orphan.perform('read', '/etc/hostname')) === EPERM);
  const reasons = reasonsFrom(source);
  tally.check('and the record says why', reasons[0] === 'no-policy', String(reasons));
  await orphan.end();
}

/** An open for neither reading nor writing takes the right to both, creates by it, and its record can be read like any other. */
async function forControl({ source, tally }: StandingSetup, inside: Performer, both: Both): Promise<void> {
  writeFileSync(`${OPEN}/controlled`, '');
  await both('a file opened for ioctl alone', 'control', `${OPEN}/controlled`, OK);
  while (source.read(1000)) {}
  await both('one that is not granted', 'control', '/etc/hostname', EPERM);
  const reasons = reasonsFrom(source);
  tally.check('and its record says why', reasons[0] === 'no-rule', String(reasons));
  await inside.perform('unlink', `${OPEN}/controlled`);
}

/** Depth counts from the root of the filesystem, so the place itself is part of it. */
async function depth(setup: StandingSetup, both: Both): Promise<void> {
  const own = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[4] === '/home');
  const rootDepth = (own?.split(' ')[3] ?? '/').split('/').filter(Boolean).length;
  const directories = (count: number) => `${OPEN}/${Array.from({ length: count }, () => 'd').join('/')}`;
  const fits = 64 - rootDepth - 1 - 1;
  mkdirSync(directories(fits + 1), { recursive: true });
  for (const path of [directories(fits), directories(fits + 1)]) copyFileSync(setup.program, join(path, 'file'));
  await both('64 components deep', 'read', join(directories(fits), 'file'), OK);
  await both('65 components deep', 'read', join(directories(fits + 1), 'file'), EPERM);
  const long = 'n'.repeat(255);
  writeFileSync(join(OPEN, long), '');
  await both('a name of 255 bytes', 'read', join(OPEN, long), OK);
}

async function unknownFilesystem(both: Both): Promise<void> {
  mkdirSync(`${OPEN}/late`, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', `${OPEN}/late`]);
  writeFileSync(`${OPEN}/late/file`, '');
  await both('a filesystem that nobody has told the kernel side of', 'read', `${OPEN}/late/file`, EPERM);
  execFileSync('umount', [`${OPEN}/late`]);
}

async function kill(setup: StandingSetup): Promise<void> {
  const victim = start(setup, 0x57a_0002n, 'kill');
  const allowed = await victim.perform('mkdir', `${OPEN}/made`);
  setup.tally.check('kill: what is allowed goes on', allowed === OK, `errno ${allowed}`);
  rmSync('/home/never', { recursive: true, force: true });
  const answer = await victim.perform('mkdir', '/home/never');
  const signal = await victim.end();
  setup.tally.check('kill: the process is gone', answer === null && signal === 'SIGKILL', `${answer} ${signal}`);
  setup.tally.check('kill: the call did not happen', !existsSync('/home/never'));
  rmSync(`${OPEN}/made`, { recursive: true, force: true });
  const survivor = start(setup, 0x57a_0003n, 'block');
  const refused = await survivor.perform('mkdir', '/home/never');
  const ended = await survivor.end();
  setup.tally.check('block: the process lives on', refused === EPERM && ended === null, `${refused} ${ended}`);
}

/** A process without a label notices nothing. */
function everyoneElse({ tally }: StandingSetup): void {
  const result = spawnSync(
    '/bin/sh',
    ['-c', 'cat /etc/hostname /proc/1/environ > /dev/null && mkdir /home/free && rmdir /home/free'],
    { encoding: 'utf8' },
  );
  tally.check('a process without a label notices nothing', result.status === 0, result.stderr);
}
