/** One pinned map, opened once. */
import { kernel, type MapHandle } from '../../native/kernel/index.ts';

export class PinnedMap {
  readonly name: string;
  readonly #handle: MapHandle;

  constructor(pinDirectory: string, name: string) {
    this.name = name;
    this.#handle = kernel.openMap(`${pinDirectory}/maps/${name}`);
  }

  get fd(): number {
    return this.#handle.fd;
  }

  /** Unique while the machine runs: tells one loading of the programs from the next. */
  get id(): number {
    return this.#handle.id;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.setMany(key, value);
  }

  /** Entries lie one after another in both arrays. */
  setMany(keys: Uint8Array, values: Uint8Array): void {
    if (keys.length === 0) return;
    kernel.updateMany(this.#handle.fd, keys, this.#handle.keyBytes, values, this.#handle.valueBytes);
  }

  get(key: Uint8Array): Uint8Array | null {
    return kernel.lookup(this.#handle.fd, key);
  }

  delete(key: Uint8Array): void {
    this.deleteMany(key);
  }

  /** Keys lie one after another; those that are gone already are passed over. */
  deleteMany(keys: Uint8Array): void {
    if (keys.length > 0) kernel.removeMany(this.#handle.fd, keys, this.#handle.keyBytes);
  }

  keys(): Uint8Array[] {
    const all = kernel.keys(this.#handle.fd);
    const size = this.#handle.keyBytes;
    return Array.from({ length: all.length / size }, (_, index) => all.subarray(index * size, (index + 1) * size));
  }
}
