/** Everyone else in the kernel: places, homes and programs as the machine has them now, for the settings that administrators have made. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  agentsTables,
  everyoneTables,
  type Person,
  runtimeDirectory,
  trustedFiles,
} from '../../core/policy/everyone.ts';
import type { Mount } from '../../core/policy/tables.ts';
import type { EveryoneSettings } from '../../core/protocol/everyone.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { EveryonePlacements, EveryoneStore, HomeInode, ProgramFile } from '../kernel/everyone-store.ts';
import { FolderNames } from '../kernel/folder-names.ts';
import type { Guard } from '../kernel/guard.ts';
import { LIMITS } from '../kernel/layout.ts';
import { people, readAccounts } from '../session/accounts.ts';
import { EveryoneBook } from './everyone-book.ts';
import { pinFile } from './pin-file.ts';
import { type ProgramOnDisk, programsOnDisk } from './program-files.ts';

interface Compiled {
  /** What it was made from. */
  readonly from: string;
  readonly placements: EveryonePlacements;
  readonly beginnings: Uint8Array;
}

interface End {
  readonly file: string;
  readonly state: string;
  readonly inode: readonly HomeInode[];
  /** Holds it there; null where that is not needed, or not to be had. */
  readonly pin: Disposable | null;
}

/** Here a file is to the kernel what stat says that it is; elsewhere it may be another one each time it is looked up anew. */
const FILES_STAY = /^(ext[234]|xfs|btrfs|f2fs)$/;

export class EveryoneEnforcement {
  readonly #guard: Pick<Guard, 'mounts'>;
  readonly #store: EveryoneStore;
  readonly #book: EveryoneBook;
  readonly #build: string;
  readonly #pin: typeof pinFile;
  #numbers = new Map<string, number>();
  /** In the kernel. */
  #compiled: Compiled | null = null;
  #placed = '';
  readonly #trusted = trustedFiles().map(({ path }) => path);
  readonly #folders = new FolderNames();
  /** Where links lead and what is there, as long as the file at their end is the same. */
  readonly #ends = new Map<string, End>();

  /** Counts what an earlier run has put in force, and keeps it where the same build made it. Before anything else is put there. */
  constructor(guard: Guard, bookDirectory: string, build: string, pin = pinFile) {
    this.#guard = guard;
    this.#store = guard.everyone;
    this.#book = new EveryoneBook(bookDirectory);
    this.#build = build;
    this.#pin = pin;
    const page = this.#book.read();
    if (!page) return;
    this.#compiled = page;
    this.#numbers = new Map(page.numbers);
    this.#store.adopt(page.placements.everyone);
    this.#store.adopt(page.placements.agents);
  }

  /** Puts the settings in force on the machine as it is; nothing where nothing has changed. Throws PolicyStoreFull or KernelError. */
  place(settings: EveryoneSettings, untilNs: bigint | null): Result<void, string> {
    const persons = personsOf();
    const homes = this.#homesOf(persons);
    const overrides = settings.overrides.map(({ location, others }): [string, typeof others] => [location, others]);
    const letsThrough = settings.stage !== 'enforcing';
    const devices = new Set(homes.map(({ key }) => key.device));
    const mounts = this.#guard.mounts.filter(({ device }) => devices.has(device));
    const state = inWords([
      persons,
      homes,
      mounts,
      overrides,
      settings.accepted,
      this.#programsSeen(settings),
      letsThrough,
      untilNs,
    ]);
    if (state === this.#placed) return success(undefined);
    const compiled = this.#compile(persons, mounts, overrides);
    if (!compiled.ok) return compiled;
    const programs = programsOnDisk(settings.accepted);
    if (!this.#number(programs)) return failure(TOO_MANY);
    const { placements, beginnings } = compiled.value;
    this.#book.write({ ...compiled.value, numbers: this.#numbers });
    this.#store.setPrograms(this.#filesOf(programs));
    const current = new Set(programs.map(({ path }) => path));
    this.#store.withdraw([...this.#numbers].flatMap(([path, number]) => (current.has(path) ? [] : [number])));
    this.#store.hold(placements, homes, { beginnings, letsThrough, untilNs });
    this.#placed = state;
    return success(undefined);
  }

  /** Automata for the machine as it is, in the kernel but not yet counting where they are the first ones. */
  #compile(
    persons: readonly Person[],
    mounts: readonly Mount[],
    overrides: readonly [string, EveryoneSettings['overrides'][number]['others']][],
  ): Result<Compiled, string> {
    const from = inWords([this.#build, persons, mounts, overrides]);
    const old = this.#compiled;
    if (old?.from === from) return success(old);
    const everyone = everyoneTables(persons, mounts, new Map(overrides));
    if (!everyone.ok) return failure(`${everyone.error.message}: ${everyone.error.remedy}`);
    const agents = agentsTables(persons, mounts);
    if (!agents.ok) return failure(`${agents.error.message}: ${agents.error.remedy}`);
    // a helper that dies meanwhile leaves the next one to do it again
    if (old) this.#book.write({ ...old, from: '', numbers: this.#numbers });
    const placements = {
      everyone: this.#store.place(everyone.value.tables, old?.placements.everyone ?? null),
      agents: this.#store.place(agents.value, old?.placements.agents ?? null),
    };
    this.#compiled = { from, placements, beginnings: everyone.value.beginnings };
    return success(this.#compiled);
  }

  /** Homes, runtime directories, and what is mounted below them. */
  #homesOf(persons: readonly Person[]): HomeInode[] {
    const homes = persons.flatMap(({ home }) => this.#inode(home, 'home'));
    const runtimes = persons.map(({ uid }) => runtimeDirectory(uid));
    const below = this.#guard.mounts
      .map(({ mountpoint }) => mountpoint)
      .filter((mountpoint) => persons.some(({ home }) => mountpoint.startsWith(`${home}/`)));
    return [...homes, ...[...new Set([...runtimes, ...below])].flatMap((path) => this.#inode(path, 'mount'))];
  }

  /**
   * What tells one state of the files of programs from the next: a package manager puts new files in the place of old ones, and to the
   * kernel a file below an overlay may be another one each time it is looked up anew.
   */
  #programsSeen({ accepted }: EveryoneSettings): string[] {
    const paths = [...this.#trusted, ...accepted.map(({ program }) => program)];
    // most are not installed: a look at each of them would take most of the time, and their folders are few
    const folders = new Map(
      [...new Set(paths.map((path) => dirname(path)))].map((path) => [path, this.#namesIn(path)]),
    );
    const isThere = (path: string) => folders.get(dirname(path))?.has(basename(path)) === true;
    const here = new Set(paths.filter(isThere));
    for (const gone of [...this.#ends.keys()].filter((path) => !here.has(path))) this.#forget(gone);
    return paths.map((path) => (here.has(path) ? this.#programSeen(path) : ''));
  }

  #programSeen(path: string): string {
    const known = this.#ends.get(path);
    try {
      const { dev, ino, ctimeNs } = statSync(path, { bigint: true });
      const state = inWords([dev, ino, ctimeNs]);
      const isSame = known?.state === state;
      if (isSame && (known.pin !== null || this.#stays(known.inode))) return inWords([known.file, state, known.inode]);
      this.#forget(path);
      const file = isSame ? known.file : realpathSync(path);
      // before the kernel is asked, so that it is the one that is held
      const pin = this.#pin(file);
      const inode = this.#inode(file, 'home');
      const stays = this.#stays(inode);
      if (stays) pin?.[Symbol.dispose]();
      this.#ends.set(path, { file, state, inode, pin: stays ? null : pin });
      return inWords([file, state, inode]);
    } catch {
      this.#forget(path); // removed meanwhile, or not to be had
      return '';
    }
  }

  #forget(path: string): void {
    this.#ends.get(path)?.pin?.[Symbol.dispose]();
    this.#ends.delete(path);
  }

  #stays(inode: readonly HomeInode[]): boolean {
    return inode.some(({ key: { device } }) =>
      this.#guard.mounts.some((mount) => mount.device === device && FILES_STAY.test(mount.type)),
    );
  }

  #namesIn(folder: string): ReadonlySet<string> | null {
    try {
      return this.#folders.in(folder);
    } catch {
      return null; // not to be had
    }
  }

  #inode(path: string, kind: HomeInode['kind']): HomeInode[] {
    try {
      const { device, generation, inode } = this.#store.identify(path);
      return [{ key: { device, generation, inode }, kind }];
    } catch {
      return []; // not there yet: seen with the next look
    }
  }

  /** False: there is no room for so many. */
  #number(programs: readonly ProgramOnDisk[]): boolean {
    let last = Math.max(0, ...this.#numbers.values());
    for (const { path } of programs) {
      if (this.#numbers.has(path)) continue;
      last += 1;
      if (last >= LIMITS.everyonePrograms) return false;
      this.#numbers.set(path, last);
    }
    return true;
  }

  /** Several names of one file are one program, trusted where any of them is. */
  #filesOf(programs: readonly ProgramOnDisk[]): ProgramFile[] {
    const files = new Map<string, ProgramFile>();
    for (const { path, rows, scriptPaths } of programs) {
      for (const { key } of this.#inode(path, 'home')) {
        const id = inWords(key);
        const known = files.get(id);
        files.set(id, {
          key,
          number: known?.number ?? this.#numbers.get(path) ?? 0,
          rows: new Set([...(known?.rows ?? []), ...rows]),
          scriptPaths: scriptPaths === null ? null : [...(known?.scriptPaths ?? []), ...scriptPaths],
        });
      }
    }
    return [...files.values()];
  }
}

const TOO_MANY = 'more programs have been accepted since the machine was started than there is room for: start it anew';

/** Where links in the way of a home lead, as the kernel sees no links. */
function personsOf(): Person[] {
  return people(readAccounts()).map(({ uid, home }) => {
    try {
      return { uid, home: realpathSync(home) };
    } catch {
      return { uid, home };
    }
  });
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
}
