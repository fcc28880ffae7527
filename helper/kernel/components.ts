/** The numbers by which the kernel knows path components, by their exact bytes. Numbers are never taken back. */
import { encodeU32, NAME_CLASSES } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

export class Components {
  readonly #maps: { readonly bytes: number; readonly map: PinnedMap }[];
  readonly #numbers = new Map<string, number>();
  #last = 0;

  /** Reads back what the maps already hold, so that a restarted helper goes on with the same numbers. */
  constructor(pinDirectory: string) {
    this.#maps = NAME_CLASSES.map((bytes) => ({ bytes, map: new PinnedMap(pinDirectory, `names_${bytes}`) }));
    for (const { map } of this.#maps) {
      for (const key of map.keys()) {
        const value = map.get(key);
        if (!value) continue;
        const number = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
        this.#numbers.set(keyOf(key.subarray(0, lengthOf(key))), number);
        this.#last = Math.max(this.#last, number);
      }
    }
  }

  /** The number of a component of 1 to 255 bytes without NUL. Throws KernelError when the kernel's table is full. */
  number(component: Uint8Array): number {
    const key = keyOf(component);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const home = this.#maps.find(({ bytes }) => component.length < bytes);
    if (!home) throw new RangeError(`a path component of ${component.length} bytes is longer than any file name`);
    const padded = new Uint8Array(home.bytes);
    padded.set(component);
    const number = this.#last + 1;
    home.map.set(padded, encodeU32(number));
    this.#last = number;
    this.#numbers.set(key, number);
    return number;
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** File names hold no NUL, so the first one is padding. */
function lengthOf(padded: Uint8Array): number {
  const end = padded.indexOf(0);
  return end < 0 ? padded.length : end;
}
