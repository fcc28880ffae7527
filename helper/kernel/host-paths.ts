/** From a path inside a filesystem, as the kernel reports it, to the path that people know. */
import type { HostMount } from './mounts.ts';

const SLASH = 0x2f;

/** True when path is root or below it. */
function isWithin(path: Uint8Array, root: Uint8Array): boolean {
  if (root.length === 1) return true;
  if (path.length < root.length) return false;
  if (root.some((byte, index) => path[index] !== byte)) return false;
  return path.length === root.length || path[root.length] === SLASH;
}

/**
 * The host path of an object: of several mounts that show it the one whose root is nearest to it, then the one with the
 * shortest mount point. Null when no mount of the host shows it.
 */
export function hostPath(mounts: readonly HostMount[], device: number, path: Uint8Array): Uint8Array | null {
  const encoder = new TextEncoder();
  const best = mounts
    .filter((mount) => mount.device === device)
    .map((mount) => ({ root: encoder.encode(mount.root), mountpoint: encoder.encode(mount.mountpoint) }))
    .filter(({ root }) => isWithin(path, root))
    .sort((a, b) => b.root.length - a.root.length || a.mountpoint.length - b.mountpoint.length)[0];
  if (!best) return null;
  const below = best.root.length === 1 ? path : path.subarray(best.root.length);
  const prefix = best.mountpoint.length === 1 ? new Uint8Array(0) : best.mountpoint;
  const joined = new Uint8Array(prefix.length + below.length);
  joined.set(prefix);
  joined.set(below, prefix.length);
  return joined.length > 0 ? joined : encoder.encode('/');
}
