/**
 * Protected locations in the kernel: by the identity of what is there, so that renames, links and mounts do not help, and
 * by parent and name, so that what is not there yet cannot be planted.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ProtectedLocation } from '../../core/policy/locations.ts';
import { OPERATIONS } from '../../core/policy/vocabulary.ts';
import { kernel } from '../../native/kernel/index.ts';
import type { Components } from './components.ts';
import { encodeInode, encodeLocationName, encodePair, encodeU32, type InodeKey, SIZES } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

/** Entries below one location that are known by identity; more are still guarded through their directory. */
const IDENTITY_LIMIT = 4096;

interface Entry {
  readonly key: InodeKey;
  location: number;
  names: number;
}

export class LocationStore {
  readonly #components: Components;
  readonly #probeFd: number;
  readonly #inodes: PinnedMap;
  readonly #names: PinnedMap;
  readonly #locations: PinnedMap;
  readonly #watchers = new Map<string, FSWatcher>();
  /** By encoded key. Identities stay when a file is moved away: it is still the same secret. */
  readonly #entries = new Map<string, Entry>();

  constructor(pinDirectory: string, components: Components, probeFd: number) {
    this.#components = components;
    this.#probeFd = probeFd;
    this.#inodes = new PinnedMap(pinDirectory, 'location_inodes');
    this.#names = new PinnedMap(pinDirectory, 'location_names');
    this.#locations = new PinnedMap(pinDirectory, 'locations');
  }

  get protectedInodes(): InodeKey[] {
    return [...this.#entries.values()].map((entry) => entry.key);
  }

  /** Brings the kernel up to date with what is on disk now. `deep`: what lies inside is known by identity as well. */
  refresh(locations: readonly ProtectedLocation[], deep: (location: ProtectedLocation) => boolean): void {
    for (const location of locations) {
      this.#locations.set(encodeU32(location.id), encodeRefusals(location));
      this.#protectTree(location.path, location.id, deep(location));
      this.#protectName(location.path, location.id);
    }
    for (const entry of this.#entries.values()) {
      this.#inodes.set(encodeInode(entry.key), encodePair(entry.location, entry.names));
    }
  }

  /** Calls back when something appears, goes or moves in one of these locations, or one of them does. Call after each refresh. */
  watch(locations: readonly ProtectedLocation[], changed: () => void): void {
    const wanted = new Map<string, Set<string> | null>();
    for (const { path } of locations) {
      const beside = wanted.get(dirname(path)) ?? new Set();
      wanted.set(dirname(path), beside.add(basename(path)));
    }
    for (const { path, by } of locations) if (by === 'file') wanted.set(path, null);
    for (const path of this.#watchers.keys()) if (!wanted.get(path)) this.#forget(path); // may be another directory now
    for (const [path, names] of wanted) this.#watchPath(path, names, changed);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** names: those that count, null: all. Content that changes does not. */
  #watchPath(path: string, names: ReadonlySet<string> | null, changed: () => void): void {
    if (this.#watchers.has(path)) return;
    try {
      const watcher = watch(path, { persistent: false }, (kind, name) => {
        if (kind === 'rename' && (names === null || name === null || names.has(name))) changed();
      });
      watcher.on('error', () => this.#forget(path));
      this.#watchers.set(path, watcher);
    } catch {
      // not there yet: its parent is watched as well
    }
  }

  #forget(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }

  #identify(path: string): InodeKey | null {
    try {
      return kernel.identify(this.#probeFd, path);
    } catch {
      return null; // absent, a socket, or not to be opened: its directory guards it
    }
  }

  #entry(key: InodeKey): Entry {
    const id = Buffer.from(encodeInode(key)).toString('base64');
    const known = this.#entries.get(id) ?? { key, location: 0, names: 0 };
    this.#entries.set(id, known);
    return known;
  }

  #protectTree(root: string, location: number, deep: boolean): void {
    const pending = [root];
    for (let count = 0; pending.length > 0 && count < IDENTITY_LIMIT; count++) {
      const path = pending.pop() ?? root;
      const key = this.#identify(path);
      if (key) this.#entry(key).location = location;
      if (deep) pending.push(...children(path));
    }
  }

  #protectName(path: string, location: number): void {
    const parent = this.#identify(dirname(path));
    if (!parent) return;
    this.#entry(parent).names = 1;
    const component = this.#components.number(new TextEncoder().encode(basename(path)));
    this.#names.set(encodeLocationName(parent, component), encodeU32(location));
  }
}

function children(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => join(directory, entry.name));
  } catch {
    return []; // a file, or gone
  }
}

/** struct rf_location: the mask of refused operations first. */
function encodeRefusals(location: ProtectedLocation): Uint8Array {
  const refused = OPERATIONS.reduce(
    (mask, operation, code) => mask | (location.verdicts[operation] === 'block' ? 1 << code : 0),
    0,
  );
  const bytes = new Uint8Array(SIZES.location);
  bytes.set(encodeU32(refused));
  return bytes;
}
