/**
 * The bus of an agent that may show notifications: xdg-dbus-proxy, which passes on just that. It runs outside of the session; the
 * desktop's own bus stays closed to the agent.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure, type Result, success } from '../../core/result.ts';

/** What core/policy/deputies.json opens as `notifications`. */
const FOLDER = 'ringfence-bus';
const PROGRAM = '/usr/bin/xdg-dbus-proxy';
const READY_WITHIN_MS = 10_000;

const NAME = 'org.freedesktop.Notifications';
const OBJECT = '/org/freedesktop/Notifications';
const METHODS = ['Notify', 'CloseNotification', 'GetCapabilities', 'GetServerInformation'];

/** By method: whoever shows notifications may be the whole shell of the desktop, and have other methods at other objects. */
const RULES = [
  '--filter',
  ...METHODS.map((method) => `--call=${NAME}=${NAME}.${method}@${OBJECT}`),
  `--broadcast=${NAME}=${NAME}.*@${OBJECT}`,
];

export type NotificationBus = {
  /** For DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string;
  readonly end: () => void;
};

/** Starts the proxy; it ends with this process at the latest. `runtime`: where the user's sockets lie. */
export async function openNotificationBus(
  runtime: string,
  busAddress: string | undefined,
): Promise<Result<NotificationBus, string>> {
  const folder = join(runtime, FOLDER);
  const path = join(folder, randomBytes(8).toString('hex'));
  const unmade = makeFolder(folder);
  if (unmade !== null) return failure(unmade);
  const words = ['--fd=3', busAddress ?? `unix:path=${join(runtime, 'bus')}`, path, ...RULES];
  // in a session of its own: Ctrl-C is for the agent
  const proxy = spawn(PROGRAM, words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], detached: true });
  const life = proxy.stdio[3] as Readable;
  const end = () => {
    life.destroy();
    rmSync(path, { force: true });
  };
  const problem = await readiness(proxy, life);
  if (problem !== null) {
    proxy.kill();
    end();
    return failure(problem);
  }
  proxy.unref();
  return success({ address: `unix:path=${path}`, end });
}

/** Null once it is there. */
function makeFolder(folder: string): string | null {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') return message;
  }
  return null;
}

/** Null once the proxy listens. */
function readiness(proxy: ChildProcess, life: Readable): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`${PROGRAM} does not get ready`), READY_WITHIN_MS);
    const settle = (problem: string | null) => {
      clearTimeout(timer);
      resolve(problem);
    };
    proxy.once('error', () => settle(`${PROGRAM} is not there: install xdg-dbus-proxy`));
    proxy.once('exit', () => settle(`${PROGRAM} ended at once: is there a session bus?`));
    life.once('data', () => settle(null));
    life.on('error', () => settle(`${PROGRAM} does not get ready`));
  });
}
