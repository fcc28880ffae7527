import { expect, test } from 'vitest';
import { countsOf, describe, judge } from './suite.ts';

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
