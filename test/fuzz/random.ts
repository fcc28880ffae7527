/** Numbers that look random and are the same for the same seed: sfc32 (PractRand), seeded by splitmix32. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** One case of a campaign: any case can be made again by its number alone. */
  constructor(seed: number, stream: string, index: number) {
    let state = seed | 0;
    for (const character of stream) state = mix(state ^ (character.codePointAt(0) ?? 0));
    state = mix(state ^ (index | 0)) ^ Math.floor(index / 0x1_0000_0000);
    this.a = mix(state);
    this.b = mix(this.a ^ 0x9e3779b9);
    this.c = mix(this.b ^ 0x85ebca6b);
    for (let round = 0; round < 8; round += 1) this.next();
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 0x1_0000_0000;
  }

  pick<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.below(items.length)] as Item;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.next() & 0xff);
  }

  /** One of the names, as often as their weights say. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let point = (this.next() / 0x1_0000_0000) * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      point -= weight;
      if (point < 0) return name;
    }
    return (entries.at(-1) as [Name, number])[0];
  }
}

/** The finalizer of MurmurHash3, as splitmix32 uses it. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
