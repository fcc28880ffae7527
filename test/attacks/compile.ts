import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const SOURCES = join(import.meta.dirname, 'programs');
export const CHECKOUT = join(import.meta.dirname, '..', '..');
export const PROGRAMS = join(CHECKOUT, '.cache', 'attacks', 'programs');

const FLAGS = ['-std=gnu17', '-Wall', '-Wextra', '-Werror', '-O1', '-pthread'];
/** Programs that need the dynamic loader; all others are static, so that the guard sees one file at their start. */
const DYNAMIC: Record<string, string> = { 'payload-dynamic': 'payload.c' };

type Build = { source: string; output: string; linking: string[] };

/** Compiles what is older than its source, two at a time. Throws with gcc's message. */
export async function compilePrograms(): Promise<void> {
  mkdirSync(PROGRAMS, { recursive: true });
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  const headers = readdirSync(SOURCES)
    .filter((name) => name.endsWith('.h'))
    .map((name) => join(SOURCES, name));
  const builds: Build[] = [
    ...sources.map((name) => build(join(SOURCES, name), basename(name, '.c'), ['-static'])),
    ...Object.entries(DYNAMIC).map(([name, source]) => build(join(SOURCES, source), name, [])),
    ...['runner', 'mutation/links', 'mutation/tamper', 'mutation/loader', 'mutation/name-granted'].map((name) =>
      build(join(import.meta.dirname, `${name}.c`), basename(name), ['-static']),
    ),
  ].filter((one) => [one.source, ...headers].some((input) => modified(input) > modified(one.output)));
  const next = async (): Promise<void> => {
    for (let one = builds.pop(); one !== undefined; one = builds.pop()) {
      await promisify(execFile)('gcc', [...FLAGS, ...one.linking, '-o', one.output, one.source]);
    }
  };
  await Promise.all([next(), next()]);
}

const build = (source: string, name: string, linking: string[]): Build => ({
  source,
  output: join(PROGRAMS, name),
  linking,
});

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
