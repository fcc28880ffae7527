/** Beyond this a table by key would be larger than what it saves. */
const MOST_KEYS = 1 << 20;

/** Gives numbers to keys in the order in which they come; a table in place of a map where keys are small. */
export class Numbering {
  #numbers = new Int32Array(4_096);
  #rounds = new Int32Array(4_096);
  #round = 0;
  #map: Map<number, number> | null = null;
  count = 0;

  /** Forgets all keys. Those to come are below `keys`. */
  begin(keys: number): void {
    this.count = 0;
    this.#round += 1;
    this.#map = keys > MOST_KEYS ? new Map() : null;
    if (this.#map !== null || keys <= this.#numbers.length) return;
    this.#numbers = new Int32Array(keys);
    this.#rounds = new Int32Array(keys);
  }

  of(key: number): number {
    if (this.#map !== null) {
      const known = this.#map.get(key);
      if (known !== undefined) return known;
      this.#map.set(key, this.count);
      return this.count++;
    }
    if (this.#rounds[key] !== this.#round) {
      this.#rounds[key] = this.#round;
      this.#numbers[key] = this.count++;
    }
    return this.#numbers[key] as number;
  }
}
