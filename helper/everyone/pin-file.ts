/** Keeps what a file is to the kernel: below an overlay it may be let go of, and be another one when it is looked up anew. */
import { watch } from 'node:fs';

/** A watch holds on to the file, and unlike a descriptor does not keep its filesystem from being unmounted. Null: there are too many. */
export function pinFile(path: string): Disposable | null {
  try {
    const watcher = watch(path, { persistent: false });
    watcher.on('error', () => undefined);
    return { [Symbol.dispose]: () => watcher.close() };
  } catch {
    return null;
  }
}
