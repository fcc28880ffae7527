import { expect, test } from 'vitest';
import { processorSeconds } from './processor-seconds.ts';

test('what a process has had of a processor', () => {
  const [before, started] = [processorSeconds(process.pid), process.cpuUsage()];
  for (let spent = 0; spent < 200_000; ) spent = process.cpuUsage(started).user;
  const grown = processorSeconds(process.pid) - before;
  expect(grown).toBeGreaterThan(0.1);
  expect(processorSeconds(2 ** 22 + 1)).toBe(0);
});
