/** What `exec` answers when the child was killed. */
export const CHILD_KILLED = 4096;

/** The process that carries operations out inside a session, and its stand-in outside of one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Performer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** With so many other threads. Runs as root, unless a user is named: then what is refused need not be by the policy. */
  constructor(program: string, companions = 0, user: number | null = null) {
    const as = user === null ? {} : { uid: user, gid: user };
    const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
    this.#child = spawn(program, companions > 0 ? [String(companions)] : [], { stdio, ...as });
    if (!this.#child.stdout) throw new Error('the performer has no output');
    // it may be killed while it is being written to: the missing answer says so
    this.#child.stdin?.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the performer did not start');
    return this.#child.pid;
  }

  /** The errno of an operation, 0 when it went through; null when the performer was killed. */
  async perform(operation: string, path: string, other = ''): Promise<number | null> {
    this.#child.stdin?.write(`${operation}\t${path}\t${other}\n`);
    const answer = await this.#lines.next();
    return answer.done ? null : Number(answer.value);
  }

  async end(): Promise<NodeJS.Signals | null> {
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve(this.#child.signalCode);
      else this.#child.once('exit', (_code, signal) => resolve(signal));
    });
    this.#child.stdin?.end();
    return ended;
  }
}
