/** The helper of `npm start`: everything it keeps is in one folder, and goes with it. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Diagnosis } from '../../core/protocol/enforcement.ts';
import { ROOT } from '../root.ts';

const FOLDER = '/run/ringfence-start';
export const SOCKET = join(FOLDER, 'control.sock');
const LOG = join(ROOT, '.cache/start/helper.log');
const STARTS_WITHIN_MS = 20_000;

/** What to put before a command so that root runs it. */
export type Privilege = readonly string[];

/** Nothing as root, sudo where it asks for no password, null where neither works. */
export function privilege(): Privilege | null {
  if (process.getuid?.() === 0) return [];
  const sudo = spawnSync('sudo', ['--non-interactive', 'true'], { stdio: 'ignore' });
  return sudo.status === 0 ? ['sudo', '--non-interactive'] : null;
}

function commandOf(asRoot: Privilege, words: readonly string[]): [command: string, words: string[]] {
  const [command = '', ...rest] = [...asRoot, process.execPath, join(ROOT, 'helper/main.ts'), '--in', FOLDER, ...words];
  return [command, rest];
}

/** Whether this kernel enforces, proven by a refusal. */
export async function selfTest(asRoot: Privilege): Promise<Diagnosis> {
  const [command, words] = commandOf(asRoot, ['--self-test', '--json']);
  // status 1 says “no”, and the reasons are on standard output all the same
  const said = await promisify(execFile)(command, words).catch((error: { stdout?: string }) => error);
  return JSON.parse(said.stdout ?? '') as Diagnosis;
}

export interface RunningHelper {
  readonly socket: string;
  readonly log: string;
  /** Ends it, and takes its programs out of the kernel. */
  takeDown(): Promise<void>;
}

export async function startHelper(asRoot: Privilege): Promise<RunningHelper> {
  await removeAll(asRoot); // what a power cut has left
  mkdirSync(join(LOG, '..'), { recursive: true });
  const log = openSync(LOG, 'w');
  const [command, words] = commandOf(asRoot, []);
  const child = spawn(command, words, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = once(child, 'close');
  let running = true;
  void ended.then(() => {
    running = false;
  });
  for (let waited = 0; !existsSync(SOCKET); waited += 100) {
    if (!running || waited > STARTS_WITHIN_MS) throw new Error(`the helper did not start; see ${LOG}`);
    await delay(100);
  }
  return {
    socket: SOCKET,
    log: LOG,
    async takeDown() {
      if (running) child.kill('SIGTERM');
      await ended;
      await removeAll(asRoot);
    },
  };
}

async function removeAll(asRoot: Privilege): Promise<void> {
  const [command, words] = commandOf(asRoot, ['--off']);
  await promisify(execFile)(command, words);
  const [remove = '', ...rest] = [...asRoot, 'rm', '-rf', '--', FOLDER];
  await promisify(execFile)(remove, rest);
}
