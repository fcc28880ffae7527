/** What only root can set up for the attacks: once, and the same for each of the runs. */
import { execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AS_ROOT, HOME, STAGE } from './places.ts';

const DEV = 1000;
/** Nodes that a desktop's udev makes; whether anything is behind them is the machine's affair. */
const DEVICES = [
  { path: '/dev/mem', numbers: ['1', '1'] },
  { path: '/dev/uinput', numbers: ['10', '223'] },
  { path: '/dev/input/event97', numbers: ['13', '97'] },
  { path: '/dev/vcs97', numbers: ['7', '97'] },
  { path: '/dev/net/tun', numbers: ['10', '200'] },
] as const;
const MODPROBE = join(STAGE, 'modprobe');
const REQUESTED = join(STAGE, 'requested');
/** What attacks plant where they can. */
const PLANTED = [
  `${HOME}/.config/autostart/helper.desktop`,
  `${HOME}/.config/systemd/user/gateway.service`,
  `${HOME}/.local/bin/git`,
  '/etc/cron.d/ringfence-attack',
];

export function setStage(programs: string): void {
  mkdirSync(REQUESTED, { recursive: true });
  copyFileSync(join(programs, 'as-root'), AS_ROOT);
  chmodSync(AS_ROOT, 0o4755);
  for (const { path, numbers } of DEVICES) {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) execFileSync('mknod', [path, 'c', ...numbers]);
    // as the groups and access lists of a desktop have it for whoever sits there
    chmodSync(path, 0o666);
  }
  mount('shared', 'tmpfs', ['--make-shared']);
  mount('tracing', 'tracefs');
  mount('groups', 'cgroup2');
  writeFileSync(MODPROBE, `#!/bin/sh\nfor name; do :; done\n: > "${REQUESTED}/$name"\n`, { mode: 0o755 });
  writeFileSync('/proc/sys/kernel/modprobe', MODPROBE);
}

function mount(name: string, kind: string, options: readonly string[] = []): void {
  const place = join(STAGE, name);
  mkdirSync(place, { recursive: true });
  execFileSync('mount', ['-t', kind, ...options, 'none', place]);
}

/** As before the first run. */
export function clearStage(): void {
  for (const path of PLANTED) {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
  }
  writeFileSync(`${HOME}/.bashrc`, '# interactive shells\n');
  for (const place of ['.bashrc', '.config', '.local'])
    execFileSync('chown', ['-R', `${DEV}:${DEV}`, join(HOME, place)]);
  rmSync(REQUESTED, { recursive: true, force: true });
  mkdirSync(REQUESTED);
}

/** Another program of the same user, that has the file open and holds secrets of its own. See programs/stranger.c. */
export async function openStranger(programs: string, secret: string): Promise<{ close: () => Promise<void> }> {
  const options: SpawnOptions = {
    ...{ uid: DEV, gid: DEV, stdio: ['pipe', 'pipe', 'inherit'] },
    env: { RINGFENCE_TOKEN: 'ringfence-fake-secret' },
  };
  const child = spawn(join(programs, 'stranger'), [secret], options);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout?.once('data', (said) => resolve(String(said) === 'ready\n'));
    void ended.then(() => resolve(false));
  });
  if (!(await ready)) throw new Error('the stranger did not start');
  return {
    close: () => {
      child.stdin?.end();
      return ended;
    },
  };
}
