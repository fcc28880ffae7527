/** In the guest, as root: agents at tasks as the user `dev`, each time as if it were the first. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RINGFENCE } from '../attacks/session.ts';
import type { Agent } from './agent.ts';
import { asTyped } from './machine.ts';
import { HOME, PLACES } from './places.ts';
import { type Played, play } from './play.ts';
import type { Task } from './tasks/task.ts';

const USER = 1000;
/** Emulated, an agent takes twenty times as long. */
const TIMEOUT_MS = 900_000;

/** Nothing is left of the run before, but for what the guard itself keeps. */
export function cleanUp(): void {
  endStrays();
  for (const place of [HOME, '/tmp', '/run/user'])
    for (const name of existsSync(place) ? readdirSync(place) : [])
      rmSync(join(place, name), { recursive: true, force: true, maxRetries: 5 });
}

/** Ends what an agent left behind. */
function endStrays(): void {
  try {
    execFileSync('pkill', ['-KILL', '-u', String(USER)]);
  } catch {
    // nobody was left
  }
}

export function playAs(agent: Agent, task: Task, launch: (command: readonly string[]) => string[]): Promise<Played> {
  cleanUp();
  mkdirSync('/run/user/1000', { recursive: true });
  return play({
    ...{ agent, task, user: USER, timeoutMs: agent.startMs ?? TIMEOUT_MS, places: PLACES },
    launch: (command) => launch(asTyped(agent, command)),
    onPrepared: () => execFileSync('chown', ['-R', `${USER}:${USER}`, HOME, '/run/user/1000']),
  });
}

export const asDev = (command: readonly string[]): string[] => [
  ...['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'],
  ...command,
];

export const underManifest =
  (file: string) =>
  (command: readonly string[]): string[] =>
    asDev([RINGFENCE, 'run', '--manifest', file, '--', ...command]);

/** What an agent is held to. */
export type Manifest = { readonly file: string; readonly skillId: string };

/** What the log does not hold yet is on its way. */
export const LOGGED_AFTER_MS = 2000;
