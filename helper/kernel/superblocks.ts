/** What the kernel side knows of the host's filesystems. A superblock it does not know is closed to agents. */

import type { Mount } from '../../core/policy/tables.ts';
import { kernel } from '../../native/kernel/index.ts';
import { addToBloom, decodeU32, encodeSuperblock, encodeU32, type InodeKey } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

const HOLDS_LOCATIONS = 1;
const BLOOM_WORDS = 16;

/** Opening their mount points can hang on a server that is gone, so they stay unknown and closed. */
const REMOTE_TYPES = /^(fuse|nfs|cifs|smb|9p|ceph|autofs|afs)/;

export class Superblocks {
  readonly #map: PinnedMap;
  readonly #probe: PinnedMap;

  constructor(pinDirectory: string) {
    this.#map = new PinnedMap(pinDirectory, 'superblocks');
    this.#probe = new PinnedMap(pinDirectory, 'probe');
  }

  get probeFd(): number {
    return this.#probe.fd;
  }

  /** Learns every filesystem that can be asked for its identity; returns the mounts whose superblock is known. */
  learn(mounts: readonly Mount[], protectedInodes: readonly InodeKey[]): Mount[] {
    const blooms = bloomsOf(protectedInodes);
    const identities = new Map(mounts.flatMap((mount) => this.#identify(mount)));
    for (const [device, identity] of identities) {
      const bloom = blooms.get(device);
      const value = encodeSuperblock(identity, bloom ? HOLDS_LOCATIONS : 0, bloom ?? new BigUint64Array(BLOOM_WORDS));
      this.#map.set(encodeU32(device), value);
    }
    for (const key of this.#map.keys()) {
      if (!identities.has(decodeU32(key))) this.#map.delete(key);
    }
    return mounts.filter((mount) => identities.has(mount.device));
  }

  /** Nothing for what is remote, unreadable, gone meanwhile, or covered by another mount: unknown means refused. */
  #identify(mount: Mount): [number, bigint][] {
    if (REMOTE_TYPES.test(mount.type)) return [];
    try {
      const found = kernel.identify(this.#probe.fd, mount.mountpoint);
      return found.device === mount.device ? [[mount.device, found.superblock]] : [];
    } catch {
      return [];
    }
  }
}

function bloomsOf(inodes: readonly InodeKey[]): Map<number, BigUint64Array> {
  const blooms = new Map<number, BigUint64Array>();
  for (const { device, inode } of inodes) {
    const bloom = blooms.get(device) ?? new BigUint64Array(BLOOM_WORDS);
    addToBloom(bloom, inode);
    blooms.set(device, bloom);
  }
  return blooms;
}
