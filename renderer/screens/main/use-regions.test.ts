import { expect, test } from 'vitest';
import { nextRegion } from './use-regions.ts';

test.each([
  [0, false, 1],
  [2, false, 0],
  [0, true, 2],
  [2, true, 1],
  [-1, false, 0],
  [-1, true, 2],
])('from region %d of 3, backwards %s, to %d', (here, backwards, next) => {
  expect(nextRegion(here, 3, backwards)).toBe(next);
});
