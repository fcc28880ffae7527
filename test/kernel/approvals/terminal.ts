/** A shell on a pseudo-terminal, typed at as a person would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { HOME, sleep } from '../installed.ts';

const USER = 1000;

export class ShellTerminal {
  readonly #child: ChildProcess;
  #screen = '';

  /** `script` gives the shell a terminal of its own and passes our bytes on as keys. */
  constructor(
    shell: string,
    {
      uid = USER,
      home = HOME,
      variables = {},
    }: { uid?: number; home?: string; variables?: Record<string, string> } = {},
  ) {
    const identity = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
    const usual = { HOME: home, TERM: 'dumb', PS1: 'ready> ', PATH: '/usr/bin:/bin', USER: String(uid) };
    const all = Object.entries({ ...usual, ...variables }).map(([name, value]) => `${name}=${value}`);
    this.#child = spawn('setpriv', [...identity, 'env', ...all, 'script', '-qfc', shell, '/dev/null'], {
      cwd: home,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#screen += chunk.toString();
    });
    this.#child.stdin?.on('error', () => {}); // the shell has ended: the missing output says so
  }

  get screen(): string {
    return this.#screen;
  }

  /** From here on `shows` looks. */
  mark(): number {
    return this.#screen.length;
  }

  line(text: string): void {
    this.#child.stdin?.write(`${text}\r`);
  }

  keys(text: string): void {
    this.#child.stdin?.write(text);
  }

  async shows(pattern: RegExp, after: number, ms = 60_000): Promise<boolean> {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(50))
      if (pattern.test(this.#screen.slice(after))) return true;
    return pattern.test(this.#screen.slice(after));
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.line('exit');
    await Promise.race([ended, sleep(5000)]);
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
  }
}
