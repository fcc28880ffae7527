/** Starts a session's proxy and speaks with it. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { failure, type Result, success } from '../../core/result.ts';
import { CAGE, ROOT } from '../entry-points.ts';
import type { WorkerUser } from '../worker/worker-user.ts';
import { type FromProxy, fromProxy, type ToProxy } from './message.ts';

export type ProxyLaunch = {
  readonly program: string;
  readonly user: WorkerUser | null;
  /** Milliseconds from start to listening. */
  readonly readyWithin: number;
};

const HEAP_MIB = 96;
/** Longer than anything that it has to say. */
const MAX_LINE_BYTES = 16 * 1024;
const NODE_FLAGS = [
  '--permission',
  '--allow-net',
  '--allow-addons',
  `--allow-fs-read=${ROOT}/*`,
  '--disallow-code-generation-from-strings',
  '--disable-proto=throw',
  `--max-old-space-size=${HEAP_MIB}`,
  '--disable-warning=SecurityWarning',
  '--disable-warning=ExperimentalWarning',
];

/** It will not be able to make code. Types are taken from sources by WebAssembly, which is code: there the engine's compilers are off. */
function interpreting(program: string): readonly string[] {
  if (!program.endsWith('.ts')) return ['--jitless'];
  return ['--no-opt', '--no-maglev', '--no-sparkplug', '--regexp-interpret-all'];
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** From its first instruction it opens few files to read and none to write; what more it gives up it does once it listens. */
export function launchProxy({ program, user }: Pick<ProxyLaunch, 'program' | 'user'>): Child {
  return spawn(CAGE, [ROOT, process.execPath, ...NODE_FLAGS, ...interpreting(program), program], {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(user ?? {}),
  });
}

export class ProxyProcess {
  readonly #child: Child;
  /** Bytes of the line that has not ended yet. */
  #unended = 0;
  #hear: (message: FromProxy) => void = () => undefined;
  #gone: () => void = () => undefined;
  #hasEnded = false;

  constructor(launch: ProxyLaunch) {
    this.#child = launchProxy(launch);
    this.#child.stdin.on('error', () => undefined);
    this.#child.once('error', () => this.#end());
    this.#child.once('close', () => this.#end());
    this.#child.stdout.on('data', (chunk: Buffer) => this.#measure(chunk));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
  }

  /** `port` 0: any. The port, or why there is none. */
  listen(port: number, authorization: string, within: number): Promise<Result<number, string>> {
    return new Promise((resolve) => {
      const finish = (result: Result<number, string>): void => {
        clearTimeout(timer);
        this.#hear = () => undefined;
        this.#gone = () => undefined;
        if (!result.ok) this.end();
        resolve(result);
      };
      const timer = setTimeout(() => finish(failure(`it did not listen within ${within} ms`)), within);
      this.onEnded(() => finish(failure('it ended at once')));
      this.#hear = (message) => {
        if (message.kind === 'listening') finish(success(message.port));
      };
      this.#say({ kind: 'listen', port, authorization });
    });
  }

  serve(names: Extract<ToProxy, { kind: 'serve' }>['names']): void {
    this.#say({ kind: 'serve', names });
  }

  onRefused(hear: (refusal: Extract<FromProxy, { kind: 'refused' }>) => void): void {
    this.#hear = (message) => {
      if (message.kind === 'refused') hear(message);
    };
  }

  /** Told once, at once if it is gone already. */
  onEnded(gone: () => void): void {
    this.#gone = gone;
    if (this.#hasEnded) gone();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#gone();
  }

  #say(message: ToProxy): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** What it says is kept until the line ends, so it cannot be long. */
  #measure(chunk: Buffer): void {
    const last = chunk.lastIndexOf('\n');
    this.#unended = last < 0 ? this.#unended + chunk.length : chunk.length - last - 1;
    if (this.#unended <= MAX_LINE_BYTES) return;
    this.#child.stdout.destroy();
    this.end();
  }

  /** One that says what it should not has fallen to what it has read. */
  #take(line: string): void {
    try {
      this.#hear(fromProxy.parse(JSON.parse(line)));
    } catch {
      this.end();
    }
  }
}
