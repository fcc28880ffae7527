import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranges } from './ranges.ts';

describe('Ranges', () => {
  it('never hands out 0, or a number twice', () => {
    const ranges = new Ranges(10);
    expect(ranges.take(4)).toEqual({ start: 1, count: 4 });
    expect(ranges.take(5)).toEqual({ start: 5, count: 5 });
    expect(ranges.take(1)).toBeNull();
  });

  it('takes back what was released, as one run', () => {
    const ranges = new Ranges(10);
    const first = ranges.take(4);
    const second = ranges.take(5);
    if (!first || !second) throw new Error('nothing was free');
    ranges.release(second);
    ranges.release(first);
    expect(ranges.take(9)).toEqual({ start: 1, count: 9 });
  });

  it('refuses to claim what is in use', () => {
    const ranges = new Ranges(10);
    ranges.claim({ start: 3, count: 2 });
    expect(() => ranges.claim({ start: 4, count: 1 })).toThrow('in use twice');
    expect(ranges.free).toBe(7);
  });

  it('keeps every number in exactly one place, whatever the order of calls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 12 }), { maxLength: 60 }), (steps) => {
        const ranges = new Ranges(64);
        const held: { start: number; count: number }[] = [];
        for (const step of steps) {
          if (step > 0) {
            const taken = ranges.take(step);
            if (taken) held.push(taken);
          } else {
            const back = held.shift();
            if (back) ranges.release(back);
          }
        }
        const numbers = held.flatMap((range) => Array.from({ length: range.count }, (_, i) => range.start + i));
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(numbers.length + ranges.free).toBe(63);
        expect(numbers.every((number) => number > 0 && number < 64)).toBe(true);
      }),
    );
  });
});
