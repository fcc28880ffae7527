/** The desktop of `npm start`: the app as it will be installed, run by the person and never by root. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { EXECUTABLE } from '../electron/runtime.ts';
import { STAGE } from '../stage.ts';

const APP = join(STAGE, 'desktop', EXECUTABLE);
const SCREEN = '1600x1200x24';
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface AppOptions {
  /** Null: the machine's own helper, if there is one. */
  readonly socket: string | null;
  /** On a display that nobody sees. */
  readonly inMemory: boolean;
}

export function wantsDisplay(): boolean {
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Resolves with its exit status once it has ended. */
export async function startApp({ socket, inMemory }: AppOptions): Promise<number> {
  const display = inMemory ? await displayInMemory() : null;
  const environment: NodeJS.ProcessEnv = { ...process.env, ...(socket ? { RINGFENCE_SOCKET: socket } : {}) };
  if (display) environment.DISPLAY = display.name;
  const app = asPerson(environment);
  const end = () => void app.kill('SIGTERM');
  for (const signal of ENDS) process.on(signal, end); // a terminal and npm may both send it
  const [status] = (await once(app, 'close')) as [number | null];
  display?.server.kill();
  return status ?? 0;
}

/** Who has used sudo, or the one who runs this; root alone appears to Chromium as a user, since its sandbox serves no root. */
function asPerson(env: NodeJS.ProcessEnv): ChildProcess {
  if (process.getuid?.() !== 0) return spawn(APP, { env, stdio: 'inherit' });
  const uid = Number(env.SUDO_UID ?? 0);
  if (uid === 0) {
    return spawn('unshare', ['--user', '--map-user=1000', '--map-group=1000', APP], { env, stdio: 'inherit' });
  }
  const run = `/run/user/${uid}`;
  const home = homeOf(uid);
  const own = { HOME: home, XDG_CONFIG_HOME: `${home}/.config`, XDG_CACHE_HOME: `${home}/.cache` };
  const session = existsSync(run) ? { XDG_RUNTIME_DIR: run, DBUS_SESSION_BUS_ADDRESS: `unix:path=${run}/bus` } : {};
  return spawn(APP, { env: { ...env, ...own, ...session }, uid, gid: Number(env.SUDO_GID ?? uid), stdio: 'inherit' });
}

function homeOf(uid: number): string {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.split(':')[2] === String(uid));
  return line?.split(':')[5] ?? '/nonexistent';
}

async function displayInMemory(): Promise<{ name: string; server: ChildProcess }> {
  const words = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'];
  const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const missing = once(server, 'error').then(() => {
    throw new Error('Xvfb is not installed: sudo apt-get install xvfb');
  });
  const [number] = await Promise.race([once(server.stdio[3] as Readable, 'data'), missing]);
  return { name: `:${String(number).trim()}`, server };
}
