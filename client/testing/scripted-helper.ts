import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A scripted helper in a process of its own, for tests of its clients. */
export type ScriptedHelper = {
  readonly socketPath: string;
  emit(event: string, data: unknown): void;
  /** What it reported about its peers. */
  readonly reports: () => string;
  /** Ends it like a power cut. */
  kill(): void;
  stop(): Promise<void>;
};

const MAIN = join(import.meta.dirname, '../../helper/control/scripted/main.ts');

export async function scriptedHelper(script: object = {}): Promise<ScriptedHelper> {
  const folder = mkdtempSync(join(tmpdir(), 'scripted-'));
  const socketPath = join(folder, 'control.sock');
  const file = join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(process.execPath, [MAIN, socketPath, file], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let reports = '';
  child.stderr.on('data', (chunk) => {
    reports += chunk;
  });
  const closed = once(child, 'close');
  const first = await Promise.race([once(child.stdout, 'data'), closed]);
  if (String(first[0]) !== 'ready\n') throw new Error(`the scripted helper did not start: ${reports}`);
  return {
    socketPath,
    emit: (event, data) => void child.stdin.write(`${JSON.stringify({ event, data })}\n`),
    reports: () => reports,
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      child.stdin.end();
      await closed;
      rmSync(folder, { recursive: true });
    },
  };
}
