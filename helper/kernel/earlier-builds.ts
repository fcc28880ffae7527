/**
 * Builds of the programs whose maps this one cannot read. They hold their agents as they did, until the last of those has ended;
 * what they would have asked about is refused. How they are found out about never changes: see RF_LAYOUT_VERSION.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { kernel } from '../../native/kernel/index.ts';
import { decodeTaskReports, encodeU32, encodeU64, type TaskReport } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

const MARK = '-earlier-';
/** What holds programs that are no agents. */
const EVERYONE = 'rf_everyone_';
/** The kernel refuses what is asked three seconds after the last sign of life. */
const AT_ONCE_MS = 200;

/** Pins of earlier builds, oldest first. */
export function earlierPins(pinDirectory: string): string[] {
  const parent = dirname(pinDirectory);
  const prefix = `${basename(pinDirectory)}${MARK}`;
  if (!existsSync(parent)) return [];
  const numbers = readdirSync(parent)
    .filter((name) => name.startsWith(prefix) && /^[0-9]+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)));
  return numbers.sort((a, b) => a - b).map((number) => join(parent, `${prefix}${number}`));
}

/** Where the pins go that are no longer those of the build in force. */
export function nextEarlierPins(pinDirectory: string): string {
  const last = earlierPins(pinDirectory).at(-1);
  const number = last === undefined ? 1 : Number(last.slice(last.lastIndexOf('-') + 1)) + 1;
  return `${pinDirectory}${MARK}${number}`;
}

/** The processes that agents may not signal, trace or slow down, in each build that holds some. */
export class Guardians {
  readonly #maps: readonly PinnedMap[];
  readonly #attending = new Map<number, number>();

  constructor(pinDirectory: string) {
    this.#maps = [pinDirectory, ...earlierPins(pinDirectory)]
      .filter((pins) => existsSync(`${pins}/maps/guardians`))
      .map((pins) => new PinnedMap(pins, 'guardians'));
  }

  add(pid: number): void {
    for (const map of this.#maps) map.set(encodeU32(pid), encodeU64(1n));
  }

  /** Of a process that may be there several times; the answer takes it back. Where there is no room it goes without. */
  attend(pid: number): () => void {
    this.#count(pid, 1);
    return () => this.#count(pid, -1);
  }

  remove(pid: number): void {
    for (const map of this.#maps) map.delete(encodeU32(pid));
  }

  /** Forgets all others. */
  keepOnly(pid: number): void {
    const own = encodeU32(pid);
    for (const map of this.#maps) {
      for (const key of map.keys()) if (Buffer.compare(key, own) !== 0) map.delete(key);
    }
  }

  #count(pid: number, change: number): void {
    const count = (this.#attending.get(pid) ?? 0) + change;
    this.#attending.set(pid, count);
    if (count === 0) {
      this.#attending.delete(pid);
      this.remove(pid);
    } else if (count === 1 && change === 1) {
      try {
        this.add(pid);
      } catch {} // the table is full
    }
  }
}

export class EarlierBuilds {
  readonly #pinDirectory: string;

  constructor(pinDirectory: string) {
    this.#pinDirectory = pinDirectory;
  }

  get count(): number {
    return earlierPins(this.#pinDirectory).length;
  }

  /** Every thread that one of them holds. */
  labels(): TaskReport[] {
    return earlierPins(this.#pinDirectory).flatMap(labelsBelow);
  }

  /** Once the build in force recognises agents and holds everyone else: an earlier one takes in nobody any more. */
  admitNobody(): void {
    for (const pins of earlierPins(this.#pinDirectory)) {
      const waiting = new PinnedMap(pins, 'waiting');
      waiting.deleteMany(Buffer.concat(waiting.keys()));
      kernel.detach(pins, EVERYONE);
    }
  }

  /** Takes down those that hold nobody any more, a piece at a time: a program is let go of some time after it is detached. How many are gone. */
  sweep(): number {
    const end = performance.now() + AT_ONCE_MS;
    let over = 0;
    for (const pins of earlierPins(this.#pinDirectory).filter((each) => labelsBelow(each).length === 0)) {
      for (const name of linksBelow(pins)) {
        if (performance.now() > end) return over;
        kernel.detach(pins, name);
      }
      kernel.unload(pins);
      over += 1;
    }
    return over;
  }
}

// a helper that was ended may have left a part of either
const linksBelow = (pins: string): string[] => (existsSync(`${pins}/links`) ? readdirSync(`${pins}/links`) : []);

function labelsBelow(pins: string): TaskReport[] {
  if (!existsSync(`${pins}/programs/rf_list_labels`)) return [];
  return decodeTaskReports(kernel.iterate(`${pins}/programs/rf_list_labels`));
}
