import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from './commands.mjs';
import { ROOT } from './root.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Locked {
  version?: string;
  optionalDependencies?: Record<string, string>;
}
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

test('the lock names every platform’s packages, or `npm ci` refuses it', () => {
  const wanted = Object.values(lock.packages).flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}));
  const unlocked = wanted.filter((name) => lock.packages[`node_modules/${name}`]?.version === undefined);
  expect(unlocked).toEqual([]);
});

test('the lock records no download addresses', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

test('every npm script starts the bootstrap with the command of its name', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`node build/bootstrap.mjs ${name}`);
  expect(Object.keys(scripts).sort()).toEqual(Object.keys(COMMANDS).sort());
});

test('no package registry is named', () => {
  const hosts = String.raw`\b(registry|deb|security|static|files|index|proxy)\.[a-z]+\.(org|com|io)\b`;
  const found = matching(hosts);
  expect(found).toEqual([]);
});

/** Lines of committed files that match an extended regular expression. */
function matching(expression: string): string[] {
  try {
    const parameters = ['grep', '-nIE', expression, '--', '.', ':!build/repository.test.ts'];
    return execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8' }).trimEnd().split('\n');
  } catch (error) {
    if ((error as { status?: number }).status === 1) return []; // nothing matches
    throw error;
  }
}
