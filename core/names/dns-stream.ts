/** Messages of a name server over TCP, put together from segments that may come split, twice or in any order (RFC 1035, 4.2.2). */

/** Bytes that wait for those before them; further ones end the stream. */
const MAX_WAITING = 128 * 1024;
const LENGTH_BYTES = 2;

export class DnsStream {
  /** The number of its first byte. */
  readonly first: number;
  #next: number;
  #waiting: { readonly sequence: number; readonly bytes: Uint8Array }[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  #isBroken = false;

  /** Modulo 2^32. */
  constructor(first: number) {
    this.first = first >>> 0;
    this.#next = this.first;
  }

  /** The messages that this segment completes. Bytes that were missed are never made up for: nothing after them is read. */
  take(sequence: number, bytes: Uint8Array): Uint8Array[] {
    if (this.#isBroken) return [];
    this.#waiting.push({ sequence, bytes });
    while (this.#takeNext()) {}
    const waiting = this.#waiting.reduce((sum, segment) => sum + segment.bytes.length, this.#rest.length);
    this.#isBroken = waiting > MAX_WAITING;
    return this.#isBroken ? [] : this.#messages();
  }

  #takeNext(): boolean {
    const index = this.#waiting.findIndex(({ sequence }) => distance(sequence, this.#next) >= 0);
    const [segment] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (segment === undefined) return false;
    // what came before is kept: the first to come is what the kernel takes too
    const fresh = segment.bytes.subarray(distance(segment.sequence, this.#next));
    const joined = new Uint8Array(this.#rest.length + fresh.length);
    joined.set(this.#rest);
    joined.set(fresh, this.#rest.length);
    this.#rest = joined;
    this.#next = (this.#next + fresh.length) >>> 0;
    return true;
  }

  #messages(): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (;;) {
      if (this.#rest.length < LENGTH_BYTES) return messages;
      const end = LENGTH_BYTES + (((this.#rest[0] as number) << 8) | (this.#rest[1] as number));
      if (this.#rest.length < end) return messages;
      messages.push(this.#rest.slice(LENGTH_BYTES, end));
      this.#rest = this.#rest.slice(end);
    }
  }
}

/** How far `to` lies behind `from`, modulo 2^32; below 0: it lies before it. */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
