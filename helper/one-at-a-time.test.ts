import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

test('calls during a run share it, and the next one runs again', async () => {
  let runs = 0;
  const work = oneAtATime(async () => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return runs;
  });
  expect(await Promise.all([work(), work(), work()])).toEqual([1, 1, 1]);
  expect(await work()).toBe(2);
});

test('a failure is everybody’s, and is not kept', async () => {
  let runs = 0;
  const work = oneAtATime(async () => {
    runs += 1;
    if (runs === 1) throw new Error('no');
    return runs;
  });
  await expect(Promise.all([work(), work()])).rejects.toThrow('no');
  expect(await work()).toBe(2);
});
