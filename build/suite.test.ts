import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { countsOf, describe, judge, runSuite } from './suite.ts';

test('the last closing line counts', () => {
  expect(countsOf('6.1: 3 passed, 0 failed\nnoise\n12 passed, 1 failed\n', 1)).toEqual({ passed: 12, failed: 1 });
});

test('a closing line inside other text does not count', () => {
  expect(countsOf('the record says 3 passed, 0 failed\n', 0)).toEqual({ passed: 1, failed: 0 });
});

test('skipped is failed', () => {
  expect(countsOf('5 passed, 0 failed, 2 skipped\n', 0)).toEqual({ passed: 5, failed: 2 });
});

test('a bad exit status fails, whatever was printed', () => {
  expect(countsOf('5 passed, 0 failed\n', 1)).toEqual({ passed: 5, failed: 1 });
  expect(countsOf('', 1)).toEqual({ passed: 0, failed: 1 });
});

test('no test at all is a failure', () => {
  expect(countsOf('0 passed, 0 failed\n', 0)).toEqual({ passed: 0, failed: 1 });
});

test('over budget is a failure, on budget is not', () => {
  const suite = { name: 'slow', script: '', arguments: [], budget: 1 };
  expect(judge(suite, '1 passed, 0 failed', 0, 60)).toMatchObject({ passed: 1, failed: 0 });
  expect(judge(suite, '1 passed, 0 failed', 0, 60.1)).toMatchObject({ passed: 1, failed: 1 });
});

test('what failed is said again with the result', () => {
  const suite = { name: 'kernel', script: '', arguments: [], budget: 1 };
  const output =
    'ok - one\n\u001b[31mnot ok - two: 3\u001b[0m\nnot ok - two: 3\n FAIL  a.test.ts > four\n1 passed, 2 failed\n';
  const result = judge(suite, output, 1, 2);
  expect(result.failures).toEqual(['not ok - two: 3', 'FAIL  a.test.ts > four']);
  expect(describe(result).split('\n')).toHaveLength(3);
  expect(judge(suite, 'not ok - a word of another\n1 passed, 0 failed\n', 0, 2).failures).toEqual([]);
});

test('what is beside a suite runs meanwhile, is shown after it, and counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suite-'));
  const script = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return { name, script: join(folder, name), arguments: [], budget: 1 };
  };
  // neither comes to its end without the other
  const meets = (own: string, others: string, closing: string) =>
    `const { existsSync, writeFileSync } = require('node:fs');
    writeFileSync(${JSON.stringify(join(folder, own))}, '');
    const timer = setInterval(() => {
      if (!existsSync(${JSON.stringify(join(folder, others))})) return;
      clearInterval(timer);
      console.log(${JSON.stringify(closing)});
    }, 10);`;
  const shown: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => shown.push(String(text)) > 0);
  const beside = script('other.cjs', meets('b', 'a', '1 passed, 2 failed'));
  const results = await runSuite({ ...script('own.cjs', meets('a', 'b', '3 passed, 0 failed')), beside });
  write.mockRestore();
  rmSync(folder, { recursive: true });
  expect(results).toMatchObject([
    { name: 'own.cjs', passed: 3, failed: 0 },
    { name: 'other.cjs', passed: 1, failed: 2 },
  ]);
  expect(shown.join('').match(/(own|other)\.cjs|\d passed/g)).toEqual([
    ...['own.cjs', '3 passed', 'own.cjs'],
    ...['other.cjs', '1 passed', 'other.cjs'],
  ]);
});
