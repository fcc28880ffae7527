/**
 * What a confined process can still do: `probe.ts DEED` confines itself, tries one deed and says what came of it, if
 * it can. Runs without Node's own permission flags, so that only the kernel holds it.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { confine } from '../../../native/launch/index.ts';

const MEMORY_BYTES = 128 * 1024 * 1024;

const DEEDS: Record<string, () => unknown> = {
  compute: () =>
    JSON.parse(JSON.stringify({ sum: Array.from({ length: 1e6 }, (_, at) => at).reduce((a, b) => a + b) })),
  'read-passwd': () => readFileSync('/etc/passwd'),
  'read-own-memory': () => openSync('/proc/self/mem', 'r+'),
  'read-source': () => readFileSync(import.meta.filename),
  'list-root': () => readdirSync('/'),
  'stat-passwd': () => statSync('/etc/passwd'),
  'write-file': () => writeFileSync('/tmp/ringfence-probe', ''),
  'make-directory': () => mkdirSync('/tmp/ringfence-probe'),
  unlink: () => unlinkSync('/tmp/ringfence-probe'),
  'read-in-pool-thread': () => readFile('/etc/passwd'),
  'allocate-a-gigabyte': () => new Uint8Array(1024 ** 3).fill(1).length,
  execute: () => {
    const { error, status } = spawnSync('/bin/true');
    if (error !== undefined) throw error;
    return status;
  },
  'connect-tcp': () =>
    new Promise((resolve, reject) => connect(9, '127.0.0.1', () => resolve('up')).on('error', reject)),
  'connect-unix': () => new Promise((resolve, reject) => connect('/run/x', () => resolve('up')).on('error', reject)),
  listen: () =>
    new Promise((resolve, reject) =>
      createServer()
        .on('error', reject)
        .listen(0, () => resolve('up')),
    ),
  'signal-parent': () => process.kill(process.ppid, 0),
};

const deed = DEEDS[process.argv[2] ?? ''];
if (deed === undefined) throw new Error('no such deed');
confine(MEMORY_BYTES);
try {
  await deed();
  writeSync(1, 'done');
} catch (error) {
  writeSync(1, String((error as { code?: string }).code ?? (error as Error).name));
}
