import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { failure, type Result, success } from '../../core/result.ts';
import { ROOT } from '../entry-points.ts';
import { frameOf, LENGTH_BYTES, MAX_FRAME_BYTES } from './frames.ts';
import { WORKER_HEAP_MIB } from './memory.ts';
import { isReady } from './message.ts';
import type { WorkerUser } from './worker-user.ts';

/** How a worker process is started. Times in milliseconds. */
export type WorkerLaunch = {
  /** The program; another one in tests. */
  readonly program: string;
  readonly user: WorkerUser | null;
  /** From fork to confined. */
  readonly readyWithin: number;
};

export type WorkerProcess = {
  readonly pid: number | undefined;
  /** Resolves once it is confined, or with the reason why it never will be. */
  readonly ready: Promise<Result<void, string>>;
  /** Sends one text and gives the answer, or the reason why there is none. It ends then. */
  ask(text: string, within: number): Promise<Result<string, string>>;
  /** The same, but it goes on: whoever gets no answer has to end it. */
  converse(text: string, within: number): Promise<Result<string, string>>;
  end(): void;
};

const MAX_COMPLAINT = 2000;

const NODE_FLAGS = [
  '--permission',
  `--allow-fs-read=${ROOT}/*`,
  '--allow-addons',
  '--disallow-code-generation-from-strings',
  '--disable-proto=throw',
  `--max-old-space-size=${WORKER_HEAP_MIB}`,
  '--disable-warning=SecurityWarning',
];

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts a worker. It says nothing and reads nothing until it is confined. */
export function startWorker({ program, user, readyWithin }: WorkerLaunch): WorkerProcess {
  const child = spawn(process.execPath, [...NODE_FLAGS, program], {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(user ?? {}),
  });
  const mail = new Mailbox(child);
  const ready = mail.next(readyWithin, 'to be confined').then((first) => {
    if (first.ok && isReady(first.value)) return success(undefined);
    child.kill('SIGKILL');
    return first.ok ? failure('the worker did not say that it is confined') : first;
  });
  return {
    pid: child.pid,
    ready,
    ask(text, within) {
      child.stdin.write(frameOf(text));
      return mail.next(within, 'to answer').finally(() => child.kill('SIGKILL'));
    },
    converse(text, within) {
      child.stdin.write(frameOf(text));
      return mail.next(within, 'to answer');
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/** Frames from a worker, each waited for with a limit; and its last words. */
class Mailbox {
  readonly #child: Child;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #complaint = '';
  #ended: string | null = null;
  #wake: (() => void) | null = null;

  constructor(child: Child) {
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(0, MAX_COMPLAINT);
    });
    // A worker that dies while it is written to is told of by its end.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.#end(error.message));
    child.on('close', (code, signal) =>
      this.#end(signal === null ? `it ended with code ${code}` : `it died of ${signal}`),
    );
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    const announced = this.#announced();
    if (announced !== null && announced > MAX_FRAME_BYTES) {
      this.#child.kill('SIGKILL');
      this.#chunks = [];
      this.#end('it said more than it may');
    }
    this.#wake?.();
  }

  #end(how: string): void {
    const complaint = this.#complaint.trim();
    this.#ended ??= complaint === '' ? how : `${how}: ${complaint}`;
    this.#wake?.();
  }

  /** Length of the frame that is coming in, or null before it is known. */
  #announced(): number | null {
    if (this.#bytes < LENGTH_BYTES) return null;
    const [first = Buffer.alloc(0)] = this.#chunks;
    const head = first.length >= LENGTH_BYTES ? first : Buffer.concat(this.#chunks);
    return head.length < LENGTH_BYTES ? null : head.readUInt32LE();
  }

  #shift(): string | null {
    const length = this.#announced();
    if (length === null || this.#bytes < LENGTH_BYTES + length) return null;
    const whole = Buffer.concat(this.#chunks);
    const end = LENGTH_BYTES + length;
    this.#chunks = [whole.subarray(end)];
    this.#bytes = whole.length - end;
    return whole.subarray(LENGTH_BYTES, end).toString('utf8');
  }

  next(within: number, to: string): Promise<Result<string, string>> {
    return new Promise((resolve) => {
      const finish = (outcome: Result<string, string>): void => {
        clearTimeout(timer);
        this.#wake = null;
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        finish(failure(`it took more than ${within} ms ${to}`));
      }, within);
      this.#wake = () => {
        const frame = this.#shift();
        if (frame !== null) finish(success(frame));
        else if (this.#ended !== null) finish(failure(this.#ended));
      };
      this.#wake();
    });
  }
}
