import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { dealt, eachOf } from './dealt.ts';

it.each<[number[], number, number[][]]>([
  [
    [653, 119, 214, 279, 339],
    2,
    [
      [653, 119],
      [339, 279, 214],
    ],
  ],
  [[1, 1, 1], 2, [[1, 1], [1]]],
  [[5], 2, [[5]]],
  [[], 2, []],
])('%j into %i parts that take about as long', (lengths, into, expected) => {
  expect(dealt(lengths, (one) => one, into)).toEqual(expected);
});

it('does all of it, so many at once', async () => {
  const done: number[] = [];
  let [now, most] = [0, 0];
  await eachOf([30, 10, 20, 1], 2, async (ms) => {
    now += 1;
    most = Math.max(most, now);
    await delay(ms);
    now -= 1;
    done.push(ms);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual([1, 10, 20, 30]);
  expect(most).toBe(2);
});

it('throws what the first threw, when the others have ended', async () => {
  const ended: string[] = [];
  const work = async (one: string) => {
    await delay(one === 'bad' ? 1 : 20);
    if (one === 'bad') throw new Error('bad');
    ended.push(one);
  };
  await expect(eachOf(['bad', 'long', 'next'], 2, work)).rejects.toThrow('bad');
  expect(ended).toEqual(['long', 'next']);
});
