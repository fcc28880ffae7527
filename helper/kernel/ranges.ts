/** Hands out runs of consecutive numbers from 1 to a limit, as the kernel's tables need them; 0 stays free for "none". */

export interface Range {
  readonly start: number;
  readonly count: number;
}

export class Ranges {
  readonly #limit: number;
  /** Free runs, ascending, never touching each other. */
  #free: Range[];

  /** Numbers run from 1 to limit - 1. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#free = [{ start: 1, count: limit - 1 }];
  }

  get free(): number {
    return this.#free.reduce((sum, range) => sum + range.count, 0);
  }

  /** The first run that is long enough, or null when none is. */
  take(count: number): Range | null {
    if (count === 0) return { start: 1, count: 0 };
    const index = this.#free.findIndex((range) => range.count >= count);
    const found = this.#free[index];
    if (!found) return null;
    const rest = { start: found.start + count, count: found.count - count };
    this.#free.splice(index, 1, ...(rest.count > 0 ? [rest] : []));
    return { start: found.start, count };
  }

  /** Marks a run that is in use already. Throws when part of it is not free. */
  claim(range: Range): void {
    if (range.count === 0) return;
    const index = this.#free.findIndex(
      (free) => free.start <= range.start && free.start + free.count >= range.start + range.count,
    );
    const found = this.#free[index];
    if (!found) throw new RangeError(`${range.start}+${range.count} of ${this.#limit} is in use twice`);
    const before = { start: found.start, count: range.start - found.start };
    const after = { start: range.start + range.count, count: found.start + found.count - range.start - range.count };
    this.#free.splice(index, 1, ...[before, after].filter((part) => part.count > 0));
  }

  release(range: Range): void {
    if (range.count === 0) return;
    const all = [...this.#free, range].sort((a, b) => a.start - b.start);
    const merged: Range[] = [];
    for (const next of all) {
      const last = merged.at(-1);
      if (last && last.start + last.count === next.start) {
        merged[merged.length - 1] = { start: last.start, count: last.count + next.count };
      } else {
        merged.push(next);
      }
    }
    this.#free = merged;
  }
}
