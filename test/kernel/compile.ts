/** The programs that the suites run in the guest. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
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

/** Leaves them in CACHE. Throws with the compiler's message. */
export function compilePrograms(): void {
  mkdirSync(CACHE, { recursive: true });
  for (const name of PROGRAMS) {
    const source = join(import.meta.dirname, `${name}.c`);
    execFileSync('gcc', [
      '-O1',
      '-static',
      '-pthread',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      join(CACHE, basename(name)),
      source,
    ]);
  }
  execFileSync('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', '-o', join(CACHE, 'client'), CLIENT]);
  execFileSync('musl-gcc', ['-O1', '-static', '-Wall', '-Wextra', '-o', join(CACHE, 'client-musl'), CLIENT]);
  compileForEveryone();
}

/** A small program, as there are hundreds of copies of it, and one with a library of its own. */
function compileForEveryone(): void {
  const source = (name: string) => join(import.meta.dirname, 'everyone', `${name}.c`);
  const target = (name: string) => join(CACHE, name);
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror'];
  execFileSync('musl-gcc', [...flags, '-static', '-s', '-o', target('doer'), source('doer')]);
  for (const [library, name] of [
    ['stealer.so', 'stealer'],
    ['libplug.so', 'plug'],
  ] as const)
    execFileSync('gcc', [...flags, '-shared', '-fPIC', '-o', target(library), source(name)]);
  execFileSync('gcc', [
    ...[...flags, '-o', target('plugged'), source('plugged')],
    ...['-L', CACHE, '-lplug', '-Wl,-rpath,/opt/stand-ins/lib'],
  ]);
}
