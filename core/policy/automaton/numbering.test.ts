import { expect, test } from 'vitest';
import { Numbering } from './numbering.ts';

test.each([
  ['few keys', 100],
  ['more than there was room for', 50_000],
  ['too many for a table', 2 ** 40],
])('keys are numbered as they come, and anew after each beginning: %s', (_, keys) => {
  const numbering = new Numbering();
  for (let round = 0; round < 3; round += 1) {
    numbering.begin(keys);
    expect([keys - 1, 7, keys - 1, 0, 7].map((key) => numbering.of(key))).toEqual([0, 1, 0, 2, 1]);
    expect(numbering.count).toBe(3);
  }
});
