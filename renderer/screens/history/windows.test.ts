import { expect, test } from 'vitest';
import { LEAST_WIDTH, MOST_WIDTH, nextWidth, olderStretch, restOf } from './windows.ts';

test('stretches lie beside each other down to the first record, and miss none', () => {
  const seen: number[] = [];
  for (let oldest = 1234; ; ) {
    const stretch = olderStretch(oldest, LEAST_WIDTH);
    if (stretch === null) break;
    for (let seq = stretch.beforeSeq - 1; seq > stretch.afterSeq; seq--) seen.push(seq);
    oldest = stretch.afterSeq + 1;
  }
  expect(seen).toEqual(Array.from({ length: 1233 }, (_, index) => 1233 - index));
});

test('the first record has nothing before it', () => {
  expect(olderStretch(1, LEAST_WIDTH)).toBeNull();
  expect(olderStretch(2, LEAST_WIDTH)).toEqual({ afterSeq: 0, beforeSeq: 2 });
});

test('a stretch grows where little is found, to a bound, and shrinks where much is', () => {
  let width = LEAST_WIDTH;
  for (let step = 0; step < 20; step++) width = nextWidth(width, 0);
  expect(width).toBe(MOST_WIDTH);
  expect(nextWidth(width, 50)).toBe(LEAST_WIDTH);
});

test('a page goes on where it stopped, unless the stretch is over', () => {
  const stretch = { afterSeq: 0, beforeSeq: 100 };
  expect(restOf(stretch, 60)).toEqual({ afterSeq: 60, beforeSeq: 100 });
  expect(restOf(stretch, 98)).toEqual({ afterSeq: 98, beforeSeq: 100 });
  expect(restOf(stretch, 99)).toBeNull();
  expect(restOf(stretch, 150)).toBeNull();
  expect(restOf(stretch, null)).toBeNull();
});
