/** The programs that the suites run in the guest. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CHECKOUT } from '../vm/checkout.ts';

export const CACHE = join(CHECKOUT, '.cache', 'kernel-suite');
const PROGRAMS = [
  'performer',
  'nothing',
  'family',
  'flood',
  'sender',
  'rusher',
  'besieger',
  'kernel-objects',
  'breeder',
  'spinner',
  'hold/storm',
  'hold/hostile',
  'hold/runtimes/scheduled',
  'approvals/attacker',
  'pins/changer',
  'names/asker',
  'programs/snoop',
  'skills/probe',
  'recognition/reader',
  'everyone/intruder',
  'everyone/borrowed-uid',
  'everyone/overlay-plant',
  'everyone/by-handle',
  'boot/loaded',
];
/** As programs are that ask libc for names: linked when they are started, or with another libc. */
const CLIENT = join(import.meta.dirname, 'names/clients/client.c');

const WARNINGS = ['-Wall', '-Wextra', '-Werror'];

/** Leaves them in CACHE. Throws with the compiler's message. */
export function compilePrograms(): void {
  mkdirSync(CACHE, { recursive: true });
  for (const name of PROGRAMS) {
    const source = join(import.meta.dirname, `${name}.c`);
    compile('gcc', ['-O1', '-static', '-pthread', ...WARNINGS, source], basename(name));
  }
  compile('gcc', ['-O1', ...WARNINGS, CLIENT], 'client');
  compile('musl-gcc', ['-O1', '-static', '-Wall', '-Wextra', CLIENT], 'client-musl');
  compileForEveryone();
}

/** What comes out as it was stays the very same file: a guest that has begun may be about to run it. */
function compile(compiler: 'gcc' | 'musl-gcc', words: readonly string[], name: string): void {
  const target = join(CACHE, name);
  const next = `${target}.${process.pid}`;
  execFileSync(compiler, [...words, '-o', next]);
  if (existsSync(target) && readFileSync(target).equals(readFileSync(next))) rmSync(next);
  else renameSync(next, target);
}

/** A small program, as there are hundreds of copies of it, and one with a library of its own. */
function compileForEveryone(): void {
  const source = (name: string) => join(import.meta.dirname, 'everyone', `${name}.c`);
  const flags = ['-O1', ...WARNINGS];
  compile('musl-gcc', [...flags, '-static', '-s', source('doer')], 'doer');
  compile('gcc', [...flags, '-shared', '-fPIC', source('stealer')], 'stealer.so');
  compile('gcc', [...flags, '-shared', '-fPIC', source('plug')], 'libplug.so');
  compile('gcc', [...flags, source('plugged'), '-L', CACHE, '-lplug', '-Wl,-rpath,/opt/stand-ins/lib'], 'plugged');
}
