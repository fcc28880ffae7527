/** The N-API addon over libbpf. Loaded by the helper alone. Every call throws {@link KernelError} when the kernel says no. */
import { createRequire } from 'node:module';
import { addonFile } from '../locate/addon-file.ts';

/** What a failed call throws: `code` is the errno's name, `log` what libbpf and the verifier said. */
export interface KernelError extends Error {
  readonly code: string;
  readonly log?: string;
}

export interface MapHandle {
  readonly fd: number;
  /** Unique while the machine runs. */
  readonly id: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly entries: number;
}

/** An object of a filesystem as the kernel knows it. `superblock` is an address: compare, never follow. */
export interface Identity {
  /** Device number in the kernel's encoding: major << 20 | minor. */
  readonly device: number;
  readonly generation: number;
  readonly inode: bigint;
  readonly superblock: bigint;
  readonly magic: number;
  readonly mode: number;
  /** Descriptors and mappings that can write to it (struct inode's i_writecount); below 0 while it is being executed. */
  readonly writers: number;
  readonly links: number;
}

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramStatistics {
  readonly name: string;
  /** Counted only while kernel.bpf_stats_enabled is 1. */
  readonly runs: bigint;
  readonly nanoseconds: bigint;
  /** Calls that the kernel skipped because the program was already running: each is an unjudged call. */
  readonly recursionMisses: bigint;
}

export interface RingBatch {
  readonly records: Uint8Array[];
  /** To be passed to {@link Ring.commit} once every record is durable. */
  readonly position: bigint;
}

export interface Ring {
  read(most: number): RingBatch | null;
  commit(position: bigint): void;
  /** Resolves to true as soon as there may be something to read, to false after the given time. */
  wait(milliseconds: number): Promise<boolean>;
  close(): void;
}

export interface SelfTestOutcome {
  readonly ok: boolean;
  /** What failed, empty when all went well. */
  readonly step: string;
  readonly error: string;
  readonly log: string;
}

/** What counts the bytes that are sent; what reads the answers of name servers; what follows links to a skill's scripts; what holds programs that are no agents. */
export type OnDemand = 'rf_bytes_' | 'rf_names_' | 'rf_skills_' | 'rf_everyone_';

interface Addon {
  /**
   * Loads an object file, pins its maps, programs and links below a directory of bpffs, and attaches. All or nothing. The maps
   * are those pinned below `before`, with what is in them, unless that is empty.
   */
  load(objectFile: string, pinDirectory: string, before: string): void;
  /** The first pinned map that the object's programs would read otherwise than it was written; empty: none. */
  differsFrom(objectFile: string, pinDirectory: string): string;
  /** Each of two directories of bpffs gets the other's name, at once. */
  exchange(one: string, other: string): void;
  /** Detaches and unpins the programs whose names begin so, one after another. */
  detach(pinDirectory: string, prefix: string): void;
  /**
   * Attaches and pins the programs that lie on busy ways and were left unattached by `load`, those whose names begin so; those
   * attached already stay so.
   */
  attachOnDemand(pinDirectory: string, prefix: OnDemand): void;
  /** Detaches and unpins everything below the directory, one after another. */
  unload(pinDirectory: string): void;
  statistics(pinDirectory: string): ProgramStatistics[];
  /** Runs a pinned task iterator and returns what it wrote. */
  iterate(programPin: string): Uint8Array;
  /** Runs a pinned program that is no hook, and returns what it returned. */
  run(programPin: string): number;
  openMap(pin: string): MapHandle;
  closeMap(fd: number): void;
  updateMany(fd: number, keys: Uint8Array, keyBytes: number, values: Uint8Array, valueBytes: number): void;
  removeMany(fd: number, keys: Uint8Array, keyBytes: number): void;
  lookup(fd: number, key: Uint8Array): Uint8Array | null;
  keys(fd: number): Uint8Array;
  /** Opens the path (never through a final symlink) and returns what the kernel program saw being opened. */
  identify(probeFd: number, path: string): Identity;
  /** The same for a regular file or directory that is open, by O_PATH too. */
  identifyOpen(probeFd: number, fd: number): Identity;
  readonly Ring: new (pin: string) => Ring;
  peerCredentials(socketFd: number): PeerCredentials;
  openPidfd(pid: number): number;
  signalPidfd(pidfd: number, signal: number): void;
  /** sd_notify(3): `address` is what NOTIFY_SOCKET holds. */
  notifyServiceManager(address: string, state: string): void;
  selfTest(objectFile: string): SelfTestOutcome;
}

export const kernel = createRequire(import.meta.url)(addonFile('kernel')) as Addon;
