/**
 * Binding a skill to its files: each is pinned before it is looked at, so that whatever happens to it afterwards is noticed, and
 * what happened before is seen. In the end everything has to be where it was found.
 */
import { createHash } from 'node:crypto';
import { fstatSync, opendirSync } from 'node:fs';
import { MAX_SKILL_BYTES, MAX_SKILL_FILES, type SkillEntry } from '../../core/manifest/index.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { type ProtocolError, protocolError, type Refusal } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { encodeInode, type InodeKey } from '../kernel/layout.ts';
import { type OpenInode, type PinRole, PinsFull } from '../kernel/pins.ts';
import { filesystemTrust } from './filesystem-trust.ts';
import { below, withOpenFolder } from './open-folder.ts';
import type { Reader } from './reach.ts';
import { lookOver, scanOpenFolder, type Witness } from './skill-folder.ts';
import { placeOf, type SkillPlace } from './skill-place.ts';
import { type Writer, writerOf } from './writer-of.ts';

const MOST_SHOWN = 5;
const MOST_CHARACTERS = 256;

export interface SkillToPin {
  /** Without symbolic links. */
  readonly folder: string;
  readonly manifestName: string;
  /** What is to be bound: the file has to hold the very same. */
  readonly manifest: Uint8Array;
  readonly reader: Reader;
  /** The host's, as they are now. */
  readonly mounts: readonly Mount[];
}

/** Where the kernel keeps the pins. */
export interface PinTable {
  identify(fd: number): OpenInode;
  add(skill: number, key: InodeKey, role: PinRole): void;
}

export interface PinnedSkill {
  readonly entries: SkillEntry[];
  readonly warnings: readonly string[];
  readonly place: SkillPlace;
}

/** Pins everything the skill stands on. After a failure some of it may be pinned: the skill is to be ended. */
export function pinSkill(pins: PinTable, skill: number, what: SkillToPin): Result<PinnedSkill, ProtocolError> {
  const pinning = new Pinning(pins, skill, what);
  try {
    const found = pinning.run();
    if (found === null) return failure(unreadable(what.folder));
    const refusals = pinning.refusals(found.entries);
    if (refusals.length > 0) return failure(refused(refusals));
    return success({ ...found, warnings: pinning.warnings });
  } catch (error) {
    if (!(error instanceof PinsFull)) throw error;
    return failure(protocolError('limit-reached', error.message, { remedy: 'End other sessions and try again.' }));
  }
}

class Pinning {
  readonly warnings: string[] = [];
  readonly #pins: PinTable;
  readonly #skill: number;
  readonly #what: SkillToPin;
  /** Which inode was found where; directories on the way by their depth. */
  readonly #seen = new Map<string, string>();
  readonly #written: string[] = [];
  /** Of the first of them: /proc is not searched for each. */
  #writer: Writer | null = null;
  readonly #failed: string[] = [];
  readonly #moved: string[] = [];
  readonly #unsound = new Set<string>();
  #full: PinsFull | null = null;

  constructor(pins: PinTable, skill: number, what: SkillToPin) {
    this.#pins = pins;
    this.#skill = skill;
    this.#what = what;
  }

  run(): Omit<PinnedSkill, 'warnings'> | null {
    const { folder, reader, mounts } = this.#what;
    let depth = 0;
    const scanned = withOpenFolder(
      folder,
      reader,
      (open) => {
        const place = placeOf(folder, fstatSync(open, { bigint: true }), mounts);
        return { place, entries: scanOpenFolder(open, reader, this.#pinner()) };
      },
      (directory) => void this.#pin(directory, `above ${depth++}`, 'above'),
    );
    if (this.#full) throw this.#full;
    if (scanned !== null) this.#lookAgain();
    return scanned;
  }

  refusals(entries: readonly SkillEntry[]): Refusal[] {
    const manifest = entries.find(({ path }) => path === this.#what.manifestName);
    const isLinked = manifest?.kind === 'file' && manifest.links > 1;
    const moved = this.#isOtherManifest(manifest, entries) ? [this.#what.manifestName, ...this.#moved] : this.#moved;
    return [
      ...(this.#written.length > 0 ? [hasWriter(this.#written, this.#writer)] : []),
      ...(isLinked ? [hardLink(this.#what.manifestName)] : []),
      ...[...this.#unsound].map(unsoundFilesystem),
      ...(this.#failed.length > 0 ? [notPinned(this.#failed)] : []),
      ...(moved.length > 0 ? [changing(moved)] : []),
    ];
  }

  /** The file is not what was handed in. One that was not come to, in a folder that is too large, is for others to refuse. */
  #isOtherManifest(manifest: SkillEntry | undefined, entries: readonly SkillEntry[]): boolean {
    const sha256 = createHash('sha256').update(this.#what.manifest).digest('hex');
    if (manifest) return manifest.kind === 'file' && manifest.sha256 !== '' && manifest.sha256 !== sha256;
    const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0);
    return entries.length <= MAX_SKILL_FILES && bytes <= MAX_SKILL_BYTES;
  }

  #pinner(): Witness {
    return {
      folder: (open, path) => void this.#pin(open, `at ${path}`, 'folder'),
      file: (open, path) => this.#file(open, path),
    };
  }

  #file(open: number, path: string): void {
    const key = this.#pin(open, `at ${path}`, 'file');
    if (key === null) return;
    // asked for after the pin: whoever opens it for writing from now on is noticed
    if (this.#pins.identify(open).writers <= 0) return;
    if (this.#written.length === 0) this.#writer = writerOf(fstatSync(open, { bigint: true }));
    this.#written.push(path);
  }

  #pin(open: number, place: string, role: PinRole): InodeKey | null {
    try {
      const key = this.#pins.identify(open);
      this.#judgeFilesystem(key.device, role);
      this.#pins.add(this.#skill, key, role);
      this.#seen.set(place, nameOf(key));
      return key;
    } catch (error) {
      if (error instanceof PinsFull) this.#full = error;
      this.#failed.push(place.replace(/^\w+ /, '') || '.');
      return null;
    }
  }

  /** Directories on the way may lie on any: the guard looks now and then whether the path still leads to the folder. */
  #judgeFilesystem(device: number, role: PinRole): void {
    if (role === 'above') return;
    const type = this.#what.mounts.find((mount) => mount.device === device)?.type ?? 'unknown';
    const trust = filesystemTrust(type);
    if (trust.kind === 'unsound') this.#unsound.add(type);
    if (trust.kind !== 'layered') return;
    const warning = `the skill lies on a file system (${type}) on which the guard does not see ${trust.unseen}`;
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
  }

  /**
   * A rename that was under way when its directory was pinned is over once the directory has been listed, since it holds the
   * directory's lock. So what is found where it was after that stays there, or is noticed.
   */
  #lookAgain(): void {
    const { folder, reader } = this.#what;
    let depth = 0;
    const again = new Map<string, string>();
    const note = (open: number, place: string) => {
      try {
        again.set(place, nameOf(this.#pins.identify(open)));
      } catch {
        again.set(place, '');
      }
    };
    const witness: Witness = {
      folder: (open, path) => note(open, `at ${path}`),
      file: (open, path) => note(open, `at ${path}`),
    };
    withOpenFolder(
      folder,
      reader,
      (open) => lookOver(open, reader, witness),
      (directory) => {
        waitForRenames(directory);
        note(directory, `above ${depth++}`);
      },
    );
    for (const place of new Set([...this.#seen.keys(), ...again.keys()])) {
      if (this.#seen.get(place) !== again.get(place)) this.#moved.push(place.replace(/^\w+ /, '') || '.');
    }
  }
}

function waitForRenames(directory: number): void {
  const listing = opendirSync(below(directory, ''));
  try {
    listing.readSync();
  } finally {
    listing.closeSync();
  }
}

function nameOf(key: InodeKey): string {
  return Buffer.from(encodeInode(key)).toString('base64');
}

function refused(refusals: readonly Refusal[]): ProtocolError {
  return protocolError('manifest-refused', refusals[0]?.message ?? '', { refusals: [...refusals] });
}

function unreadable(folder: string): ProtocolError {
  const message = `the folder ${folder} cannot be read`;
  return protocolError('not-found', message, { remedy: 'Check the path and its permissions.' });
}

function hasWriter(paths: readonly string[], writer: Writer | null): Refusal {
  const by = writer === null ? 'a process' : `process ${writer.pid} (${writer.name})`;
  return {
    code: 'has-writer',
    message: `${shown(paths)} is open for writing in ${by}: it could be changed after it was checked`,
    remedy: 'Close the file there (an editor, a download, a program that has it mapped), then start the agent again.',
    paths: [...paths],
  };
}

function hardLink(path: string): Refusal {
  return {
    code: 'hard-link',
    message: `the manifest ${shown([path])} has a second name (hard link) through which it could be changed`,
    remedy: 'Replace it by a copy: copy it away and back.',
    paths: [path],
  };
}

function changing(paths: readonly string[]): Refusal {
  return {
    code: 'changed-file',
    message: `the skill was changed while it was being bound: ${shown(paths)}`,
    remedy: 'Wait until nothing writes to its folder any more, sign again if need be, then start the agent again.',
    paths: [...paths],
  };
}

function notPinned(paths: readonly string[]): Refusal {
  return {
    code: 'unreadable-file',
    message: `the kernel could not be told to watch over ${shown(paths)}`,
    remedy: 'See that no other program holds a lease or lock on it, then start the agent again.',
    paths: [...paths],
  };
}

function unsoundFilesystem(type: string): Refusal {
  return {
    code: 'unsound-filesystem',
    message: `the skill lies on a file system (${type}) whose files can change without this kernel's knowledge`,
    remedy: 'Copy the skill to a local disk (ext4, xfs, btrfs) and start the agent with the manifest there.',
  };
}

/** A few of them, cut to what a message has room for. */
function shown(paths: readonly string[]): string {
  const first = paths.slice(0, MOST_SHOWN).map((path) => JSON.stringify(path.slice(0, MOST_CHARACTERS)));
  const more = paths.length - first.length;
  return first.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
