/** What everyone else is held to, in the kernel: places as an automaton, homes, and the programs that are trusted at some rows. */
import { existsSync } from 'node:fs';
import { AGENTS } from '../../core/policy/agents.ts';
import { ownRows } from '../../core/policy/everyone.ts';
import { NO_LIMITS, REFUSE_UNDECLARED } from '../../core/policy/rule.ts';
import type { PolicyTables } from '../../core/policy/tables.ts';
import { kernel } from '../../native/kernel/index.ts';
import {
  type EveryoneHeld,
  encodeEveryone,
  encodeInode,
  encodePair,
  encodeRights,
  encodeScriptPath,
  encodeU32,
  type InodeKey,
  type PolicySettings,
} from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import type { Placement, PolicyStore } from './policy-store.ts';

const SETTINGS: PolicySettings = {
  ...{ onViolation: 'block', undeclared: REFUSE_UNDECLARED },
  ...{ limits: NO_LIMITS, firstBaseRule: 0 },
};

/** enum rf_everyone_home */
const HOME_CODES = { home: 1, mount: 2 } as const;

export interface HomeInode {
  readonly key: InodeKey;
  readonly kind: keyof typeof HOME_CODES;
}

/** What of it everyone else is held to, and what agents are. */
export interface EveryonePlacements {
  readonly everyone: Placement;
  readonly agents: Placement;
}

/** A file of a trusted program. */
export interface ProgramFile {
  readonly key: InodeKey;
  /** The program's, for as long as the machine runs. */
  readonly number: number;
  readonly rows: ReadonlySet<number>;
  /** The paths by which a script counts; null: it is none. */
  readonly scriptPaths: readonly string[] | null;
}

export class EveryoneStore {
  readonly #pinDirectory: string;
  readonly #policies: PolicyStore;
  readonly #probeFd: number;
  readonly #held: PinnedMap;
  readonly #devices: PinnedMap;
  readonly #homes: PinnedMap;
  readonly #programs: PinnedMap;
  readonly #scripts: PinnedMap;
  readonly #rights: PinnedMap;
  readonly #own: PinnedMap;

  constructor(pinDirectory: string, policies: PolicyStore, probeFd: number) {
    this.#pinDirectory = pinDirectory;
    this.#policies = policies;
    this.#probeFd = probeFd;
    this.#held = new PinnedMap(pinDirectory, 'everyone');
    this.#devices = new PinnedMap(pinDirectory, 'everyone_devices');
    this.#homes = new PinnedMap(pinDirectory, 'everyone_homes');
    this.#programs = new PinnedMap(pinDirectory, 'everyone_programs');
    this.#scripts = new PinnedMap(pinDirectory, 'everyone_scripts');
    this.#rights = new PinnedMap(pinDirectory, 'everyone_rights');
    this.#own = new PinnedMap(pinDirectory, 'everyone_own');
  }

  /** Throws KernelError for what is not there. */
  identify(path: string): InodeKey {
    return kernel.identify(this.#probeFd, path);
  }

  /** Counts a policy that an earlier run has put in force as in use. */
  adopt(placement: Placement): void {
    this.#policies.adopt(placement);
  }

  /** Puts places in the place of old ones. Throws PolicyStoreFull or KernelError. */
  place(tables: PolicyTables, old: Placement | null): Placement {
    return old ? this.#policies.replace(old, tables, SETTINGS) : this.#policies.install(tables, SETTINGS);
  }

  /** What is trusted from the next exec on; a number's rows change at once. */
  setPrograms(files: readonly ProgramFile[]): void {
    for (const { number, rows } of files) this.#rights.set(encodeU32(number), encodeRights(rows));
    const scripts = files.flatMap(({ number, scriptPaths }) =>
      (scriptPaths ?? []).flatMap((path) => {
        const key = encodeScriptPath(path);
        return key ? [{ key, value: encodeU32(number) }] : [];
      }),
    );
    replaceAll(this.#scripts, scripts);
    replaceAll(
      this.#programs,
      files.map(({ key, number, scriptPaths }) => ({
        key: encodeInode(key),
        value: encodePair(number, scriptPaths === null ? 0 : 1),
      })),
    );
  }

  /** Numbers that stand for no program any more are trusted nowhere. */
  withdraw(numbers: Iterable<number>): void {
    for (const number of numbers) this.#rights.set(encodeU32(number), encodeRights([]));
  }

  /** From here on people's programs are held, and agents kept from what no manifest opens. The first time those that run already are looked at. */
  hold(
    { everyone: { policy }, agents: { policy: agentsPolicy } }: EveryonePlacements,
    homes: readonly HomeInode[],
    how: Pick<EveryoneHeld, 'beginnings' | 'letsThrough' | 'untilNs'>,
  ): void {
    const isFirst = !existsSync(`${this.#pinDirectory}/links/rf_everyone_file_open`);
    replaceAll(
      this.#homes,
      homes.map(({ key, kind }) => ({ key: encodeInode(key), value: encodeU32(HOME_CODES[kind]) })),
    );
    const devices = new Set(homes.map(({ key }) => key.device));
    replaceAll(
      this.#devices,
      [...devices].map((device) => ({ key: encodeU32(device), value: encodeU32(1) })),
    );
    const held: EveryoneHeld = { ...how, policy, agentsPolicy, homes: homes.map(({ key }) => key) };
    for (const agent of AGENTS) this.#own.set(encodeU32(agent.number), encodeRights(ownRows(agent)));
    kernel.attachOnDemand(this.#pinDirectory, 'rf_everyone_');
    if (isFirst) {
      // execs are seen from here on; nobody is stopped before it is known who runs already
      this.#held.set(encodeU32(0), encodeEveryone({ ...held, letsThrough: true, untilNs: null }));
      kernel.iterate(`${this.#pinDirectory}/programs/rf_find_trusted`);
    }
    this.#held.set(encodeU32(0), encodeEveryone(held));
  }
}

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** New entries first, so that none is missing meanwhile that stays. */
function replaceAll(map: PinnedMap, entries: readonly Entry[]): void {
  const current = new Set(entries.map(({ key }) => Buffer.from(key).toString('base64')));
  map.setMany(Buffer.concat(entries.map(({ key }) => key)), Buffer.concat(entries.map(({ value }) => value)));
  const gone = map.keys().filter((key) => !current.has(Buffer.from(key).toString('base64')));
  map.deleteMany(Buffer.concat(gone));
}
