/** A scripted helper at a place of one's choice: it can end like a power cut, and come back. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ROOT } from '../../build/root.ts';
import { connect } from '../../client/index.ts';
import type { Snapshot } from '../../core/protocol/methods.ts';

const MAIN = join(ROOT, 'helper/control/scripted/main.ts');

export class TestHelper {
  readonly socketPath: string;
  readonly #folder: string;
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.socketPath = join(folder, 'control.sock');
  }

  async start(script: object = {}): Promise<void> {
    const file = join(this.#folder, 'script.json');
    writeFileSync(file, JSON.stringify(script));
    const child = spawn(process.execPath, [MAIN, this.socketPath, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (String(first[0]) !== 'ready\n') throw new Error(`the scripted helper did not start: ${first[0]}`);
  }

  emit(event: string, data: unknown): void {
    this.#child?.stdin.write(`${JSON.stringify({ event, data })}\n`);
  }

  async kill(): Promise<void> {
    await this.#end((child) => child.kill('SIGKILL'));
  }

  async stop(): Promise<void> {
    await this.#end((child) => child.stdin.end());
  }

  async #end(how: (child: ChildProcessByStdio<Writable, Readable, null>) => unknown): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    const closed = once(child, 'close');
    how(child);
    await closed;
  }

  /** How it stands, asked by another client. */
  async snapshot(): Promise<Snapshot> {
    const made = await connect({ socketPath: this.socketPath, client: { name: 'e2e', version: '0' } });
    if (!made.ok) throw new Error(made.error.message);
    const { snapshot } = made.value;
    made.value.close();
    return snapshot;
  }

  /** Numbers of the questions that still wait. */
  async waiting(): Promise<number[]> {
    return (await this.snapshot()).approvals.map(({ id }) => id);
  }
}
