/** A set of whole numbers as ascending ranges, both ends included. */
export type Range = readonly [low: number, high: number];

export class RangeSet {
  private readonly items: [number, number][] = [];

  static parse(text: string): RangeSet {
    const set = new RangeSet();
    for (const part of text === '' ? [] : text.split(',')) {
      const [low, high = low] = part.split('-').map(Number) as [number, number?];
      set.add(low, high);
    }
    return set;
  }

  /** `3,5-9`; empty for the empty set. */
  toString(): string {
    return this.items.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(',');
  }

  get ranges(): readonly Range[] {
    return this.items;
  }

  /** Numbers in the set. */
  count(): number {
    return this.items.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  }

  has(value: number): boolean {
    const range = this.items[this.firstEndingAtOrAfter(value)];
    return range !== undefined && range[0] <= value;
  }

  add(low: number, high = low): void {
    let index = this.firstEndingAtOrAfter(low - 1);
    let [from, to] = [low, high];
    const start = index;
    for (; index < this.items.length && this.items[index]![0] <= high + 1; index++) {
      from = Math.min(from, this.items[index]![0]);
      to = Math.max(to, this.items[index]![1]);
    }
    this.items.splice(start, index - start, [from, to]);
  }

  delete(low: number, high = low): void {
    const start = this.firstEndingAtOrAfter(low);
    const kept: [number, number][] = [];
    let index = start;
    for (; index < this.items.length && this.items[index]![0] <= high; index++) {
      const [from, to] = this.items[index]!;
      if (from < low) kept.push([from, low - 1]);
      if (to > high) kept.push([high + 1, to]);
    }
    this.items.splice(start, index - start, ...kept);
  }

  /** Takes the first range out. */
  shift(): Range | undefined {
    return this.items.shift();
  }

  private firstEndingAtOrAfter(value: number): number {
    let [low, high] = [0, this.items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.items[middle]![1] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
