/** The installed product in the guest: a helper that tests start and kill themselves, and the command line as the user `dev`. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const BIN = '/opt/ringfence/bin';
const SOCKET = '/run/ringfence/control.sock';
const LOG = '/var/lib/ringfence/audit';
const KEYS = '/etc/ringfence/trusted-keys.d';
const DEV = 1000;
/** An end of the helper is noticed at once; a machine that is shared is only slow. */
const START_WITHIN_MS = 240_000;

export const HOME = '/home/dev';

/** What a program said and how it ended. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const AS_DEV = ['--reuid', String(DEV), '--regid', String(DEV), '--clear-groups', 'env', `HOME=${HOME}`];

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds; false when it did not within the time. */
export async function until(holds: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (holds()) return true;
  return holds();
}

/** Runs a command to its end as the user, outside of any session unless it is `ringfence run`. */
export function asDev(command: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync('setpriv', [...AS_DEV, ...command], { encoding: 'utf8', cwd: HOME });
  return { status, stdout, stderr };
}

export function startAsDev(command: readonly string[]): { child: ChildProcess; ended: Promise<Said> } {
  const child = spawn('setpriv', [...AS_DEV, ...command], { cwd: HOME, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Said>((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr })));
  return { child, ended };
}

/** The last whole line of what it has said so far. */
export function lastLineOf(child: ChildProcess): () => string {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return () => output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1) ?? '';
}

export const ringfence = (...words: string[]): Said => asDev([`${BIN}/ringfence`, ...words]);

/** A file or folder of the user's. */
export function give(path: string, content?: string): void {
  mkdirSync(content === undefined ? path : dirname(path), { recursive: true });
  if (content !== undefined) writeFileSync(path, content);
  execFileSync('chown', ['-R', `${DEV}:${DEV}`, HOME]);
}

/** A signed skill; its manifest's path. */
export function skill(name: string, permissions: object, sign = true): string {
  const folder = join(HOME, 'skills', name);
  rmSync(folder, { recursive: true, force: true });
  give(join(folder, 'SKILL.md'), `# ${name}\n`);
  const manifest = join(folder, 'clawmanifest.json');
  give(manifest, JSON.stringify({ skill_id: name, version: '1.0.0', permissions, hashes: {} }));
  if (sign) {
    const signed = ringfence('manifest', 'sign', manifest);
    if (signed.status !== 0) throw new Error(signed.stderr);
  }
  return manifest;
}

/** Makes the user's publisher key, unless there is one, and trusts it. */
export function trustDev(): void {
  const made = existsSync(`${HOME}/.config/ringfence/publisher.key`) ? null : ringfence('manifest', 'keygen');
  if (made !== null && made.status !== 0) throw new Error(made.stderr);
  mkdirSync(KEYS, { recursive: true });
  copyFileSync(`${HOME}/.config/ringfence/publisher.pub`, join(KEYS, 'dev.pub'));
  chownSync(join(KEYS, 'dev.pub'), 0, 0);
}

export class Helper {
  #child: ChildProcess | null = null;
  starts = 0;
  endedByItself = 0;

  async start(): Promise<void> {
    this.launch();
    await this.listening();
  }

  /** What it says goes to our own error output. */
  launch(): void {
    const child = spawn(`${BIN}/ringfenced`, [], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#child = child;
    this.starts += 1;
    child.once('exit', () => {
      if (this.#child === child) this.endedByItself += 1;
    });
  }

  async listening(): Promise<void> {
    const child = this.#child;
    if (!child) throw new Error('no helper was started');
    const listening = await until(() => child.exitCode !== null || this.answers(), START_WITHIN_MS);
    if (!listening || child.exitCode !== null) throw new Error(`the helper did not start (status ${child.exitCode})`);
  }

  /** Somebody listens at the socket: one that a killed helper left behind does not count. */
  answers(): boolean {
    return existsSync(SOCKET) && readFileSync('/proc/net/unix', 'utf8').includes(` ${SOCKET}\n`);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}

/** Every record of the log, as it stands in the files. */
export function records(): Record<string, unknown>[] {
  return readdirSync(LOG)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => wholeLines(readFileSync(join(LOG, name), 'utf8')))
    .map((line) => JSON.parse(line));
}

/** The log is read while it is written: its last line may be a part of one. */
function wholeLines(text: string): string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
}
