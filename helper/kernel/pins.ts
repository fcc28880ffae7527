/** What bound skills stand on, in the kernel: whoever changes one of these inodes drops the trust in each of its skills. */
import { kernel } from '../../native/kernel/index.ts';
import {
  decodeSkill,
  encodeInode,
  encodePinKey,
  encodeSkill,
  encodeU32,
  type InodeKey,
  LIMITS,
  type SkillState,
} from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import { Ranges } from './ranges.ts';

/** enum rf_pin. */
export const PIN = { file: 1, folder: 2, above: 3 } as const;
export type PinRole = keyof typeof PIN;

/** An inode that is open, as the kernel knows it. */
export interface OpenInode extends InodeKey {
  /** Descriptors and mappings that can write to it; below 0 while it is being executed. */
  readonly writers: number;
  readonly links: number;
}

/** Plain data, so that a restarted helper can take it over. */
export interface SkillPins {
  readonly skill: number;
  readonly keys: readonly InodeKey[];
}

export class PinsFull extends Error {
  constructor(what: string) {
    super(`the kernel's ${what} are used up: end sessions that are no longer needed`);
    this.name = 'PinsFull';
  }
}

export class Pins {
  readonly #probeFd: number;
  readonly #maps: Record<'pinned' | 'pins' | 'skills' | 'bound', PinnedMap>;
  readonly #numbers = new Ranges(LIMITS.skills);
  /** By skill, the encoded inodes. */
  readonly #keys = new Map<number, Map<string, InodeKey>>();
  /** How many skills stand on an inode. */
  readonly #uses = new Map<string, number>();

  constructor(pinDirectory: string, probeFd: number) {
    this.#probeFd = probeFd;
    const open = (name: string) => new PinnedMap(pinDirectory, name);
    this.#maps = { pinned: open('pinned'), pins: open('pins'), skills: open('skills'), bound: open('bound_skills') };
  }

  /** Of a regular file or directory that is open, by O_PATH too. Throws KernelError. */
  identify(fd: number): OpenInode {
    const { device, generation, inode, writers, links } = kernel.identifyOpen(this.#probeFd, fd);
    return { device, generation, inode, writers, links };
  }

  /** A number for a skill that is being bound. Throws PinsFull. */
  begin(session: bigint): number {
    const taken = this.#numbers.take(1);
    if (!taken) throw new PinsFull('numbers of skills');
    this.#keys.set(taken.start, new Map());
    this.#maps.skills.set(encodeU32(taken.start), encodeSkill({ session, droppedNs: 0n, pid: 0 }));
    this.#tellCount();
    return taken.start;
  }

  /** From here on a change of the inode drops the skill's trust. Throws PinsFull. */
  add(skill: number, key: InodeKey, role: PinRole): void {
    const keys = this.#keys.get(skill);
    if (!keys) throw new Error(`skill ${skill} is not being bound`);
    const { device, generation, inode } = key;
    const name = nameOf(key);
    if (keys.has(name)) return;
    keys.set(name, { device, generation, inode });
    this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    try {
      this.#maps.pins.set(encodePinKey(key, skill), encodeU32(PIN[role]));
      this.#maps.pinned.set(encodeInode(key), encodeU32(1));
    } catch {
      throw new PinsFull('pins of files');
    }
  }

  of(skill: number): SkillPins {
    return { skill, keys: [...(this.#keys.get(skill)?.values() ?? [])] };
  }

  /** Null when the kernel does not know the skill: then it counts as changed. */
  state(skill: number): SkillState | null {
    const value = this.#maps.skills.get(encodeU32(skill));
    return value && decodeSkill(value);
  }

  isDropped(skill: number): boolean {
    return this.state(skill)?.droppedNs !== 0n;
  }

  /** The helper has found a change by itself. False: it was known already. */
  drop(skill: number, nowNs: bigint): boolean {
    const state = this.state(skill);
    if (state?.droppedNs !== 0n) return false;
    this.#maps.skills.set(encodeU32(skill), encodeSkill({ session: state.session, droppedNs: nowNs, pid: 0 }));
    return true;
  }

  /** The skill is bound no more. What other skills stand on stays pinned. */
  end(skill: number): void {
    const keys = this.#keys.get(skill);
    if (!keys) return;
    this.#keys.delete(skill);
    this.#maps.skills.delete(encodeU32(skill));
    const free: Uint8Array[] = [];
    for (const [name, key] of keys) {
      const uses = (this.#uses.get(name) ?? 1) - 1;
      if (uses === 0) free.push(encodeInode(key));
      if (uses === 0) this.#uses.delete(name);
      else this.#uses.set(name, uses);
    }
    this.#maps.pins.deleteMany(Buffer.concat([...keys.values()].map((key) => encodePinKey(key, skill))));
    this.#maps.pinned.deleteMany(Buffer.concat(free));
    this.#numbers.release({ start: skill, count: 1 });
    this.#tellCount();
  }

  /** Counts a skill as bound that an earlier run has bound. */
  adopt({ skill, keys }: SkillPins): void {
    this.#numbers.claim({ start: skill, count: 1 });
    this.#keys.set(skill, new Map(keys.map((key) => [nameOf(key), key])));
    for (const key of keys) this.#uses.set(nameOf(key), (this.#uses.get(nameOf(key)) ?? 0) + 1);
  }

  /** After all that there is was adopted: removes what an earlier run left behind while it was binding. */
  forgetRest(): void {
    const left = (map: PinnedMap, skillOf: (key: Uint8Array) => number) =>
      map.keys().filter((key) => !this.#keys.has(skillOf(key)));
    const number = (at: number) => (key: Uint8Array) =>
      new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(at, true);
    this.#maps.skills.deleteMany(Buffer.concat(left(this.#maps.skills, number(0))));
    this.#maps.pins.deleteMany(Buffer.concat(left(this.#maps.pins, number(16))));
    const unused = this.#maps.pinned.keys().filter((key) => !this.#uses.has(Buffer.from(key).toString('base64')));
    this.#maps.pinned.deleteMany(Buffer.concat(unused));
    this.#tellCount();
  }

  #tellCount(): void {
    this.#maps.bound.set(encodeU32(0), encodeU32(this.#keys.size));
  }
}

function nameOf(key: InodeKey): string {
  return Buffer.from(encodeInode(key)).toString('base64');
}
