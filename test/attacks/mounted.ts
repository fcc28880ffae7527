/**
 * Mounts that the person or root has made before the agent begins, each kind with its rule: what lies in ~/.ssh is shown once more at a
 * place that the manifest grants, or a place that it does not grant lies on a file system of its own.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAudit } from './audit.ts';
import { PROGRAMS } from './compile.ts';
import { makeFixture, SECRET } from './fixture.ts';
import { HOME, WORK } from './places.ts';
import { type CaseResult, readResults } from './plan.ts';
import { launcherOf } from './run-cases.ts';
import { runAsDev } from './session.ts';

const REFUSED = 10;
const SUCCEEDED = 0;
/** The helper looks for new mounts twice a second. */
const SEEN_WITHIN_MS = 5000;
const LAYERS = '/home/layers';
/** In a folder that the manifest lets be read. */
const SUBVOLUMES = `${HOME}/vault/skill-subvolumes`;
const SUBVOLUMES_BYTES = 256 * 1024 ** 2;
const READING = { program: 'open-plain', call: 'open' };

interface Kind {
  readonly name: string;
  /** Where the secret is looked for, or what else is tried. */
  readonly place: string;
  readonly mount: (place: string) => void;
  /** Why it is refused. */
  readonly reason: string;
  /** What is tried there, by which call. */
  readonly attack?: { readonly program: string; readonly call: string };
}

const run = (program: string, ...words: string[]) =>
  void execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });

function overlay(place: string): void {
  for (const layer of ['upper', 'work']) mkdirSync(join(LAYERS, layer), { recursive: true });
  run('chown', '-R', 'dev:dev', LAYERS);
  run(
    'mount',
    '-t',
    'overlay',
    '-o',
    `lowerdir=${HOME}/.ssh,upperdir=${LAYERS}/upper,workdir=${LAYERS}/work`,
    'overlay',
    place,
  );
}

/** Answered by a program of root's, which opens what the kernel asks it for. */
function fuse(place: string): void {
  spawn('bindfs', ['-f', '-o', 'allow_other', `${HOME}/.ssh`, place], { stdio: 'ignore', detached: true }).unref();
}

function memory(place: string): void {
  run('mount', '-t', 'tmpfs', 'tmpfs', place);
  writeFileSync(join(place, 'id_rsa'), SECRET, { mode: 0o600 });
  run('chown', '-R', 'dev:dev', place);
}

/** Subvolumes of the user's, who may remove them. */
function subvolumes(place: string): void {
  const image = '/home/subvolumes.img';
  writeFileSync(image, '');
  truncateSync(image, SUBVOLUMES_BYTES);
  run('mkfs.btrfs', '-q', image);
  run('mount', '-o', 'loop,user_subvol_rm_allowed', image, SUBVOLUMES);
  mkdirSync(place);
  for (const name of ['kept-0', 'kept-1', 'copied']) run('btrfs', '-q', 'subvolume', 'create', join(place, name));
  run('chown', '-R', 'dev:dev', place);
}

const KINDS: readonly Kind[] = [
  {
    name: 'a bind mount of ~/.ssh where everything is granted',
    place: `${WORK}/mounted-bind`,
    mount: (place) => run('mount', '--bind', `${HOME}/.ssh`, place),
    reason: 'location',
  },
  {
    name: 'an overlay over ~/.ssh where everything is granted',
    place: `${WORK}/mounted-overlay`,
    mount: overlay,
    reason: 'location',
  },
  {
    name: 'FUSE that shows ~/.ssh where everything is granted',
    place: `${WORK}/mounted-fuse`,
    mount: fuse,
    reason: 'unknown-filesystem',
  },
  {
    name: 'btrfs that may be read: a subvolume is removed',
    place: `${SUBVOLUMES}/of-dev`,
    mount: subvolumes,
    reason: 'machine',
    attack: { program: 'subvolume-remove', call: 'ioctl' },
  },
  {
    name: 'btrfs that may be read: a subvolume is copied',
    place: `${SUBVOLUMES}/of-dev`,
    mount: () => {}, // as above
    reason: 'machine',
    attack: { program: 'subvolume-copy', call: 'ioctl' },
  },
  { name: 'tmpfs where nothing is granted', place: `${HOME}/vault/mounted-tmpfs`, mount: memory, reason: 'no-rule' },
];

/** How one kind of mount went: held only if its control, without the guard, does what is tried. */
export type Mounted = { readonly name: string; readonly held: boolean; readonly detail: string };

async function readThrough(launcher: readonly string[]): Promise<Map<string, CaseResult>> {
  const plan = join(WORK, 'mounted.tsv');
  const line = ({ name, place, attack = READING }: Kind) =>
    [name, join(PROGRAMS, attack.program), place, WORK, '0'].join('\t');
  writeFileSync(plan, `${KINDS.map(line).join('\n')}\n`, { mode: 0o644 });
  const outcome = await runAsDev([...launcher, join(PROGRAMS, 'runner'), plan], { cwd: WORK });
  return readResults(outcome.stdout);
}

async function mountAll(): Promise<void> {
  makeFixture([], PROGRAMS);
  writeFileSync(`${HOME}/.ssh/id_rsa`, SECRET, { mode: 0o600 });
  run('chown', 'dev:dev', `${HOME}/.ssh/id_rsa`);
  mkdirSync(SUBVOLUMES, { recursive: true });
  for (const { place, mount, attack } of KINDS) {
    if (!attack) mkdirSync(place, { recursive: true });
    mount(place);
  }
  await sleep(SEEN_WITHIN_MS);
}

export async function runMounted(): Promise<Mounted[]> {
  await mountAll();
  const control = await readThrough([]);
  const guarded = await readThrough(launcherOf('guarded'));
  const records = await readAudit();
  for (const place of [...KINDS.filter(({ attack }) => !attack).map((kind) => kind.place), SUBVOLUMES])
    run('umount', '--lazy', place);
  return KINDS.map(({ name, reason, attack = READING }) => {
    const result = guarded.get(name);
    const own = records.filter(({ mono_ns, call }) => {
      const time = BigInt(mono_ns);
      return call === attack.call && result !== undefined && time >= BigInt(result.start) && time <= BigInt(result.end);
    });
    const isRecorded = own.some((record) => record.reason === reason);
    const said = own.map((record) => `${record.reason} ${record.path}`).join(', ');
    const mounted = {
      name,
      held: control.get(name)?.exit === SUCCEEDED && result?.exit === REFUSED && isRecorded,
      detail: `control ${control.get(name)?.exit}, guarded ${result?.exit}: ${said}`,
    };
    console.log(`  ${mounted.held ? 'held' : 'NOT HELD'}  ${name}: ${mounted.detail}`);
    return mounted;
  });
}
