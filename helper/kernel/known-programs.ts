/** The files of programs that rights are delegated to, in the kernel: by identity, so that a copy or a name does not help. */
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { KNOWN_PROGRAMS, type KnownProgram } from '../../core/policy/delegated-rights.ts';
import { kernel } from '../../native/kernel/index.ts';
import { encodeInode, encodeU32, type InodeKey } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

const OTHERS_MAY_WRITE = 0o022;

export class KnownPrograms {
  readonly #probeFd: number;
  readonly #map: PinnedMap;

  constructor(pinDirectory: string, probeFd: number) {
    this.#probeFd = probeFd;
    this.#map = new PinnedMap(pinDirectory, 'programs');
  }

  /** Brings the kernel up to date with what is installed now: a package manager puts new files in the place of old ones. */
  refresh(): void {
    const current = new Set<string>();
    for (const { number, paths } of KNOWN_PROGRAMS) {
      for (const key of paths.flatMap((path) => this.#identify(path))) {
        const encoded = encodeInode(key);
        current.add(Buffer.from(encoded).toString('base64'));
        this.#map.set(encoded, encodeU32(number));
      }
    }
    const gone = this.#map.keys().filter((key) => !current.has(Buffer.from(key).toString('base64')));
    this.#map.deleteMany(Buffer.concat(gone));
  }

  #identify(path: KnownProgram['paths'][number]): InodeKey[] {
    try {
      const real = realpathSync(path);
      return statSync(real).isFile() && isRootsAlone(real) ? [kernel.identify(this.#probeFd, real)] : [];
    } catch {
      return []; // not installed
    }
  }
}

/** Nobody but root could have put something else there. */
export function isRootsAlone(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    if (uid !== 0 || (mode & OTHERS_MAY_WRITE) !== 0) return false;
    if (at === '/') return true;
  }
}
