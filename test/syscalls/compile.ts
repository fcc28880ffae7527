import { execFile } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../vm/checkout.ts';

export const CACHE = join(CHECKOUT, '.cache', 'syscalls');
export const FUZZER = join(CACHE, 'fuzzer');
const SOURCES = join(import.meta.dirname, 'fuzzer');
const FLAGS = ['-std=gnu17', '-O1', '-static', '-pthread', '-Wall', '-Wextra', '-Werror'];

/** One static program, so that the guard sees one file at its start. Throws with gcc's message. */
export async function compileFuzzer(): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const sources = globSync('*.c', { cwd: SOURCES }).map((name) => join(SOURCES, name));
  await promisify(execFile)('gcc', [...FLAGS, '-o', FUZZER, ...sources.sort()]);
}
