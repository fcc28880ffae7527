import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Another program of the person, who has nothing to do with the agent. */
export class Bystander {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** As the person; listens below `runtime`, which is theirs and has none yet. */
  static async start(
    user: number,
    runtime: string,
    secrets: { bystander: string; signature: string },
  ): Promise<Bystander> {
    const program = join(import.meta.dirname, 'bystander.py');
    const child = spawn('/usr/bin/python3', [program, runtime, secrets.signature], {
      ...{ uid: user, gid: user, stdio: ['ignore', 'pipe', 'inherit'] },
      env: { CANARY: secrets.bystander },
    });
    await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('the bystander has ended'))),
    ]);
    return new Bystander(child);
  }

  get isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(): Promise<void> {
    if (!this.isThere) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
