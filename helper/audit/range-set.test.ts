import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RangeSet } from './range-set.ts';

const step = fc.record({ add: fc.boolean(), low: fc.nat({ max: 40 }), length: fc.nat({ max: 8 }) });

test('a range set holds what a plain set holds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ranges = new RangeSet();
      const plain = new Set<number>();
      for (const { add, low, length } of steps) {
        for (let value = low; value <= low + length; value++) add ? plain.add(value) : plain.delete(value);
        add ? ranges.add(low, low + length) : ranges.delete(low, low + length);
      }
      for (let value = 0; value <= 50; value++) expect(ranges.has(value)).toBe(plain.has(value));
      expect(ranges.count()).toBe(plain.size);
      expect(RangeSet.parse(ranges.toString()).toString()).toBe(ranges.toString());
      let before = -2;
      for (const [low, high] of ranges.ranges) {
        expect(low).toBeGreaterThan(before + 1);
        before = high;
      }
    }),
  );
});

test('is written in as few ranges as there are', () => {
  const set = new RangeSet();
  for (const value of [9, 3, 5, 6, 8, 7]) set.add(value);
  expect(set.toString()).toBe('3,5-9');
  expect(set.shift()).toEqual([3, 3]);
  expect(RangeSet.parse('').toString()).toBe('');
});
