import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Vitest } from 'vitest/node';
import { tellOutcome } from './vitest-outcome.ts';

interface Ran {
  readonly tests?: Record<string, { state: string; errors?: { message: string }[] }>;
  readonly errors?: { message: string }[];
}

/** As it is asked: modules with their tests, and what went wrong outside of them. */
function after(ran: Record<string, Ran>, unhandled: { message: string }[] = []): Vitest {
  const modules = Object.entries(ran).map(([relativeModuleId, { tests = {}, errors = [] }]) => {
    const module = { relativeModuleId, errors: () => errors };
    const all = Object.entries(tests).map(([fullName, result]) => ({ fullName, module, result: () => result }));
    return { ...module, children: { allTests: () => all } };
  });
  return { state: { getTestModules: () => modules, getUnhandledErrors: () => unhandled } } as unknown as Vitest;
}

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('is good when there were tests and all passed', () => {
  expect(tellOutcome('unit', after({ 'a.test.ts': { tests: { one: { state: 'passed' } } } }))).toBe(true);
  expect(said).toEqual(['unit: 1 passed, 0 failed']);
});

it('says of each failure which it is and why', () => {
  const one = { state: 'failed', errors: [{ message: 'Error: no answer\n  at all' }] };
  const ran = { 'a.test.ts': { tests: { one, two: { state: 'skipped' }, three: { state: 'passed' } } } };
  expect(tellOutcome('e2e', after(ran))).toBe(false);
  expect(said).toEqual([
    'not ok - a.test.ts: one: Error: no answer at all',
    'not ok - a.test.ts: two: skipped',
    'e2e: 1 passed, 2 failed',
  ]);
});

it.each<[string, Vitest]>([
  ['a file that does not load', after({ 'a.test.ts': { errors: [{ message: 'no such module' }] } })],
  [
    'an error outside of any test',
    after({ 'a.test.ts': { tests: { one: { state: 'passed' } } } }, [{ message: 'late' }]),
  ],
  ['no test at all', after({})],
])('is not good with %s', (_what, vitest) => {
  expect(tellOutcome('unit', vitest)).toBe(false);
});
