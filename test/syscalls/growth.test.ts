import { describe, expect, it } from 'vitest';
import { grown, type Sample } from './growth.ts';

const sample = (seconds: number, more: Partial<Sample> = {}): Sample => ({
  ...{ seconds, helperMiB: 100, kernelMiB: 200, labelled: 30, entries: { tasks: 30 } },
  ...more,
});
const nine = (of: (index: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 9 }, (_, index) => sample(index * 10, of(index)));

describe('growth', () => {
  it('is none where nothing grows, whatever the warm-up took', () => {
    expect(grown(nine((index) => ({ helperMiB: index < 3 ? 60 : 120 })))).toEqual([]);
    expect(grown(nine((index) => ({ entries: { tasks: 30 + 20 * (index % 3) } })))).toEqual([]);
  });

  it('is seen in the helper, the kernel and a map', () => {
    expect(grown(nine((index) => ({ helperMiB: 100 + 20 * index })))).toEqual([
      'memory of the helper in MiB: 180.0 -> 240.0',
    ]);
    expect(grown(nine((index) => ({ kernelMiB: 100 + 20 * index })))).toHaveLength(1);
    expect(grown(nine((index) => ({ entries: { tasks: 30, holds: 40 * index } })))).toEqual([
      'entries of holds: 160.0 -> 280.0',
    ]);
  });

  it('is not said to be none where too little was measured', () => {
    expect(grown([sample(0), sample(10)])).toEqual(['2 samples are too few']);
  });
});
