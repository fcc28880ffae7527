/**
 * How a build of the programs comes into force. The pins of the one that enforces have their name throughout, and get it in one
 * step: a helper may be ended at any moment, and the next one finds either the build before or the one after, whole.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { kernel } from '../../native/kernel/index.ts';
import { earlierPins, nextEarlierPins } from './earlier-builds.ts';
import { decodeU32, encodeU32, LAYOUT_VERSION } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

export interface KernelSideOptions {
  readonly objectFile: string;
  /** Below a mounted bpffs; made when it is missing. */
  readonly pinDirectory: string;
}

/**
 * `loaded`: nothing was in force. `resumed`: this very build was. `upgraded`: another build was, and this one has its maps with all
 * that is in them. `beside`: another build was whose maps this one cannot read; it goes on holding the agents that it holds.
 */
export type ComingIntoForce = 'loaded' | 'resumed' | 'upgraded' | 'beside';

/** Each takes as much of the kernel's memory as the one in force. */
const MOST_EARLIER = 2;

/** What is in force stays so. */
export class UpgradeRefused extends Error {
  constructor(why: string) {
    super(
      `${why}. The programs of the earlier build stay in force as they are, and refuse whatever would have to be asked about. ` +
        'End all agent sessions and start the helper again; `ringfenced --off` as root ends enforcement',
    );
    this.name = 'UpgradeRefused';
  }
}

/** Throws KernelError with the verifier's log when the kernel refuses the programs, and UpgradeRefused where others are in force. */
export function putInForce({ objectFile, pinDirectory }: KernelSideOptions): ComingIntoForce {
  // of a helper that was ended while it did this
  kernel.unload(unfinished(pinDirectory));
  if (!existsSync(`${pinDirectory}/links`)) {
    load(objectFile, pinDirectory, '');
    kernel.unload(pinDirectory);
    renameSync(unfinished(pinDirectory), pinDirectory);
    return 'loaded';
  }
  const build = buildOf(objectFile);
  if (layoutOf(pinDirectory) === LAYOUT_VERSION && isOf(pinDirectory, build)) return 'resumed';
  try {
    return replace(objectFile, pinDirectory);
  } catch (error) {
    if (error instanceof UpgradeRefused) throw error;
    throw new UpgradeRefused(`the kernel does not take the programs of this build: ${(error as Error).message}`);
  }
}

/** Both judge while both are attached, and the stricter one wins. */
function replace(objectFile: string, pinDirectory: string): ComingIntoForce {
  const next = unfinished(pinDirectory);
  if (layoutOf(pinDirectory) === LAYOUT_VERSION && kernel.differsFrom(objectFile, pinDirectory) === '') {
    load(objectFile, pinDirectory, pinDirectory);
    kernel.exchange(next, pinDirectory);
    kernel.unload(next);
    return 'upgraded';
  }
  if (earlierPins(pinDirectory).length >= MOST_EARLIER)
    throw new UpgradeRefused(`agents are still held by ${MOST_EARLIER} earlier builds beside the one in force`);
  load(objectFile, pinDirectory, '');
  renameSync(pinDirectory, nextEarlierPins(pinDirectory));
  renameSync(next, pinDirectory);
  return 'beside';
}

function load(objectFile: string, pinDirectory: string, before: string): void {
  const next = unfinished(pinDirectory);
  kernel.load(objectFile, next, before);
  new PinnedMap(next, 'layout').set(encodeU32(0), encodeU32(LAYOUT_VERSION));
  new PinnedMap(next, 'build').set(encodeU32(0), buildOf(objectFile));
}

/** Dots in names are the kernel's. */
function unfinished(pinDirectory: string): string {
  return `${pinDirectory}-new`;
}

/** Throws UpgradeRefused for pins that are none of ours. */
function layoutOf(pinDirectory: string): number {
  if (!existsSync(`${pinDirectory}/maps/layout`))
    throw new UpgradeRefused(`${pinDirectory} holds programs that are not Ringfence's, or are not all there`);
  return decodeU32(new PinnedMap(pinDirectory, 'layout').get(encodeU32(0)) ?? encodeU32(0));
}

function buildOf(objectFile: string): Uint8Array {
  return createHash('sha256').update(readFileSync(objectFile)).digest();
}

function isOf(pinDirectory: string, build: Uint8Array): boolean {
  if (!existsSync(`${pinDirectory}/maps/build`)) return false;
  const found = new PinnedMap(pinDirectory, 'build').get(encodeU32(0));
  return found !== null && Buffer.compare(found, build) === 0;
}

/** Ends enforcement, whatever version is in force. Labelled tasks go on unguarded. */
export function takeDown(pinDirectory: string): void {
  const going = unfinished(pinDirectory);
  kernel.unload(going);
  // under this name what is left of it counts for nothing, if we are ended in between
  if (existsSync(pinDirectory)) renameSync(pinDirectory, going);
  kernel.unload(going);
  for (const pins of earlierPins(pinDirectory)) kernel.unload(pins);
}
