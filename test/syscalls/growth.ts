/** The rule by which what the guard takes of the machine grows, or does not. */

export type Entries = Readonly<Record<string, number>>;

export interface Sample {
  readonly seconds: number;
  /** Memory of the helper's own making, of its main process and its workers together. */
  readonly helperMiB: number;
  /** Of the machine, that the kernel cannot give back. */
  readonly kernelMiB: number;
  readonly labelled: number;
  readonly entries: Entries;
}

/**
 * A run's samples in three parts: in the first the guard warms up; the mean of the last may lie above that of the second by a tenth
 * and what a garbage collector leaves lying, or a few entries of those who are there at the moment.
 */
export const GROWTH_RULE =
  'mean of the last third of the samples at most 1.1 times that of the second third, plus 24 MiB for memory, plus 64 for entries of a map';
const FACTOR = 1.1;
const MORE_MIB = 24;
const MORE_ENTRIES = 64;

/** What has grown by that rule. */
export function grown(samples: readonly Sample[]): string[] {
  const third = Math.floor(samples.length / 3);
  const [second, last] = [samples.slice(third, 2 * third), samples.slice(-third)];
  const compare = (what: string, more: number, of: (sample: Sample) => number): string[] => {
    const [before, after] = [mean(second.map(of)), mean(last.map(of))];
    return after > before * FACTOR + more ? [`${what}: ${before.toFixed(1)} -> ${after.toFixed(1)}`] : [];
  };
  if (third === 0) return [`${samples.length} samples are too few`];
  return [
    ...compare('memory of the helper in MiB', MORE_MIB, ({ helperMiB: value }) => value),
    ...compare('memory of the kernel in MiB', MORE_MIB, ({ kernelMiB: value }) => value),
    ...Object.keys(samples[0]?.entries ?? {}).flatMap((name) =>
      compare(`entries of ${name}`, MORE_ENTRIES, ({ entries }) => entries[name] ?? 0),
    ),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);
}
