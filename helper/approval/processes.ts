/** What /proc tells of processes that are held. A process that is gone answers like one that wants nothing. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Pid } from '../../core/protocol/scalars.ts';

const { SIGHUP, SIGINT, SIGQUIT, SIGTERM } = constants.signals;
/** Whoever sends one of these does not want to wait for an answer. Bit N-1 of the masks stands for signal N (proc(5)). */
const INTERRUPTING = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n);

const MAX_CHAIN = 32;
export const NOT_OF_THE_HOST = '(another file than the machine has there)';
const NS_PER_TICK = 10_000_000n;

export interface ChainLink {
  readonly pid: Pid;
  readonly executable: string | null;
}

/** A process and no later one of its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Nanoseconds from the start of the machine, as exactly as /proc tells: to a hundredth of a second. */
  readonly startNs: bigint;
}

export class Processes {
  readonly #proc: string;

  readonly #identityOf: (path: string) => string | null;

  /** `identityOf`: device and inode of what a path leads to; null: nothing. */
  constructor(proc = '/proc', identityOf = identity) {
    this.#proc = proc;
    this.#identityOf = identityOf;
  }

  /** Does this very process still run? A zombie does not. */
  lives(process: ProcessIdentity): boolean {
    const state = this.#stateOf(process);
    return state !== null && state !== 'Z' && state !== 'X';
  }

  isStopped(process: ProcessIdentity): boolean {
    return this.#stateOf(process) === 'T';
  }

  /** Null: it is gone, or has none. */
  parent(pid: number): ProcessIdentity | null {
    const parentPid = this.#stat(pid)?.parentPid ?? 0;
    return parentPid > 0 ? this.#identityOfProcess(parentPid) : null;
  }

  /** Those above a process, nearest first, up to but without the launcher; none where there is no launcher. */
  ancestors(pid: number, launcherPid: number | null): ProcessIdentity[] {
    if (launcherPid === null) return [];
    return this.chain(pid, launcherPid)
      .slice(1)
      .flatMap((link) => this.#identityOfProcess(link.pid) ?? []);
  }

  /** Does a signal such as Ctrl-C wait for the thread? A stopped process does not get it. */
  isInterrupted(pid: number, tid: number): boolean {
    const status = this.#read(`${pid}/task/${tid}/status`);
    if (status === null) return false;
    return ((mask(status, 'SigPnd') | mask(status, 'ShdPnd')) & INTERRUPTING) !== 0n;
  }

  /** Has the terminal stopped the job that the process is part of (Ctrl-Z)? Its launcher stands for the job. */
  isSuspended(pid: number, launcherPid: number | null): boolean {
    if (launcherPid === null) return false;
    const launcher = this.#stat(launcherPid);
    return launcher !== null && launcher.state === 'T' && launcher.processGroup === this.#stat(pid)?.processGroup;
  }

  /** The process and its ancestors, up to but without the launcher. */
  chain(pid: number, launcherPid: number | null): ChainLink[] {
    const chain: ChainLink[] = [];
    for (let next = pid; next > 1 && next !== launcherPid && chain.length < MAX_CHAIN; ) {
      chain.push({ pid: next as Pid, executable: this.#executable(next) });
      next = launcherPid === null ? 0 : (this.#stat(next)?.parentPid ?? 0);
    }
    return chain;
  }

  #identityOfProcess(pid: number): ProcessIdentity | null {
    const stat = this.#stat(pid);
    return stat ? { pid, startNs: stat.startTicks * NS_PER_TICK } : null;
  }

  #stateOf({ pid, startNs }: ProcessIdentity): string | null {
    const stat = this.#stat(pid);
    if (stat === null || stat.startTicks !== startNs / NS_PER_TICK) return null;
    return stat.state === 'Z' ? this.#stateWithoutLeader(pid) : stat.state;
  }

  /** The first thread may end before the others: it then is a zombie, and the process is none. */
  #stateWithoutLeader(pid: number): string {
    try {
      const states = readdirSync(join(this.#proc, `${pid}/task`)).map((tid) => this.#stat(`${pid}/task/${tid}`)?.state);
      return states.find((state) => state !== undefined && state !== 'Z' && state !== 'X') ?? 'Z';
    } catch {
      return 'Z';
    }
  }

  /** The program's path; marked where the host has another file there: a process can have mounts of its own. */
  #executable(pid: number): string | null {
    const link = join(this.#proc, String(pid), 'exe');
    try {
      const path = readlinkSync(link);
      return path.endsWith(' (deleted)') || this.#identityOf(link) === this.#identityOf(path)
        ? path
        : `${path} ${NOT_OF_THE_HOST}`;
    } catch {
      return null;
    }
  }

  #stat(pid: number | string): { state: string; parentPid: number; processGroup: number; startTicks: bigint } | null {
    const text = this.#read(`${pid}/stat`);
    if (text === null) return null;
    // the name in parentheses may hold anything
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      state: fields[0] ?? '',
      parentPid: Number(fields[1]),
      processGroup: Number(fields[2]),
      startTicks: BigInt(fields[19] ?? '0'),
    };
  }

  #read(path: string): string | null {
    try {
      return readFileSync(join(this.#proc, path), 'latin1');
    } catch {
      return null;
    }
  }
}

function identity(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts ? `${facts.dev}:${facts.ino}` : null;
}

function mask(status: string, field: string): bigint {
  const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}
