/** One run of the fuzzer: as an agent under a manifest, or without the guard. */
import { type ChildProcess, spawn } from 'node:child_process';
import { complementOfMark } from './canaries.ts';
import { FUZZER } from './compile.ts';
import {
  CLOSED,
  CLOSED_NAME,
  CLOSED_PORT,
  CLOSED_SOCKET,
  GRANTED,
  HOME,
  OPEN_NAME,
  OPEN_PORT,
  TAILS,
} from './places.ts';

export interface Count {
  readonly done: number;
  readonly refused: number;
  readonly failed: number;
  readonly hung: number;
}

export interface Find {
  readonly canary: number;
  readonly call: string;
  readonly worker: number;
  readonly episode: number;
  readonly thread: number;
  readonly step: number;
  readonly from: string;
}

/** What the fuzzer says at its end. */
export interface Report {
  readonly seed: string;
  readonly milliseconds: number;
  readonly steps: number;
  readonly episodes: number;
  readonly unbegun: number;
  readonly crashed: number;
  readonly calls: Readonly<Record<string, Count>>;
  readonly found: number;
  readonly finds: readonly Find[];
}

export interface FuzzOptions {
  readonly seed: string;
  readonly seconds: number;
  readonly user: 'dev' | 'root';
  /** The manifest it is held to; null: no guard. */
  readonly manifest: string | null;
  readonly stopAtFind?: boolean;
}

const RINGFENCE = '/opt/ringfence/bin/ringfence';
const WORKERS = 4;
/** A run that has not ended so long after its time is ended. */
const PATIENCE_MS = 180_000;

function words({ seed, seconds, user, stopAtFind }: FuzzOptions): string[] {
  return [
    ...[
      FUZZER,
      '--seed',
      seed,
      '--seconds',
      String(seconds),
      '--workers',
      String(WORKERS),
      '--mark',
      complementOfMark(),
    ],
    ...GRANTED.flatMap((place) => ['--granted', place]),
    ...CLOSED.flatMap((place) => ['--closed', place]),
    ...TAILS.flatMap((tail) => ['--tail', tail]),
    ...['--open-port', String(OPEN_PORT), '--closed-port', String(CLOSED_PORT)],
    ...['--closed-socket', CLOSED_SOCKET, '--closed-name', CLOSED_NAME, '--open-name', OPEN_NAME],
    ...(user === 'root' ? ['--root'] : []),
    ...(stopAtFind ? ['--stop-at-find'] : []),
  ];
}

export interface Run {
  readonly ended: Promise<Report>;
  /** Ends it early; what it has found by then it still says. */
  readonly stop: () => void;
}

export function startFuzzer(options: FuzzOptions): Run {
  const guard = options.manifest === null ? [] : [RINGFENCE, 'run', '--manifest', options.manifest, '--'];
  const become = options.user === 'dev' ? ['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups'] : [];
  const [program = '', ...rest] = [...become, ...guard, ...words(options)];
  const child = spawn(program, rest, {
    ...{ cwd: HOME, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { HOME: options.user === 'dev' ? HOME : '/root', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' },
  });
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // it is gone already
    }
  };
  const timer = setTimeout(() => signal('SIGKILL'), options.seconds * 1000 + PATIENCE_MS);
  return { ended: reportOf(child).finally(() => clearTimeout(timer)), stop: () => signal('SIGTERM') };
}

async function reportOf(child: ChildProcess): Promise<Report> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  const line = stdout.split('\n').find((text) => text.startsWith('{"seed"'));
  if (line === undefined) throw new Error(`the fuzzer ended with status ${status} and no report: ${stdout}${stderr}`);
  return JSON.parse(line) as Report;
}
