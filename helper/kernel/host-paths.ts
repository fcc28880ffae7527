/** From a path inside a filesystem, as the kernel reports it, to the path that people know. */
import type { Mount } from '../../core/policy/tables.ts';

const SLASH = 0x2f;

interface Place {
  readonly root: Uint8Array;
  readonly mountpoint: Uint8Array;
}

/** True when path is root or below it. */
function isWithin(path: Uint8Array, root: Uint8Array): boolean {
  if (root.length === 1) return true;
  if (path.length < root.length) return false;
  for (let index = 0; index < root.length; index++) if (path[index] !== root[index]) return false;
  return path.length === root.length || path[root.length] === SLASH;
}

/** The mounts of the host, ready for many questions. */
export class HostPaths {
  /** By device; the place whose root is nearest to most objects first, then the one with the shortest mount point. */
  readonly #places = new Map<number, Place[]>();

  constructor(mounts: readonly Mount[]) {
    const encoder = new TextEncoder();
    for (const { device, root, mountpoint } of mounts) {
      const places = this.#places.get(device) ?? [];
      places.push({ root: encoder.encode(root), mountpoint: encoder.encode(mountpoint) });
      this.#places.set(device, places);
    }
    for (const places of this.#places.values()) {
      places.sort((a, b) => b.root.length - a.root.length || a.mountpoint.length - b.mountpoint.length);
    }
  }

  has(device: number): boolean {
    return this.#places.has(device);
  }

  /** The host path of an object; null when no mount of the host shows it. */
  of(device: number, path: Uint8Array): Uint8Array | null {
    const place = this.#places.get(device)?.find(({ root }) => isWithin(path, root));
    if (!place) return null;
    const below = place.root.length === 1 ? path : path.subarray(place.root.length);
    const prefix = place.mountpoint.length === 1 ? 0 : place.mountpoint.length;
    if (prefix + below.length === 0) return Uint8Array.of(SLASH);
    const joined = new Uint8Array(prefix + below.length);
    joined.set(place.mountpoint.subarray(0, prefix));
    joined.set(below, prefix);
    return joined;
  }
}
