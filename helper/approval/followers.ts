/**
 * Programs such as sudo and su stop themselves when the command they wait for stops, to follow what a terminal would have done.
 * Nobody wakes them when a held call goes on, so they are looked after for a while.
 */
import type { Processes, ProcessIdentity } from './processes.ts';

/** They follow within milliseconds; a busy machine takes its time. */
const LOOKED_AFTER_NS = 5_000_000_000n;

export interface FollowersOptions {
  readonly processes: Pick<Processes, 'isStopped' | 'isSuspended'>;
  readonly resume: (process: ProcessIdentity) => void;
  /** Is a call of its own held? Then it stopped for that, and its own answer wakes it. */
  readonly isHeld: (pid: number) => boolean;
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => bigint;
}

interface Watched {
  readonly process: ProcessIdentity;
  readonly launcherPid: number | null;
  readonly untilNs: bigint;
}

export class Followers {
  readonly #options: FollowersOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: FollowersOptions) {
    this.#options = options;
  }

  /** A call goes on: `above` are the processes over the one that made it. */
  follow(above: readonly ProcessIdentity[], launcherPid: number | null): void {
    const untilNs = this.#options.nowNs() + LOOKED_AFTER_NS;
    for (const process of above) {
      this.#watched.set(`${process.pid} ${process.startNs}`, { process, launcherPid, untilNs });
      this.#wake(process, launcherPid);
    }
  }

  sweep(): void {
    const now = this.#options.nowNs();
    for (const [key, { process, launcherPid, untilNs }] of this.#watched) {
      if (untilNs <= now) this.#watched.delete(key);
      else this.#wake(process, launcherPid);
    }
  }

  /** What the terminal has stopped (Ctrl-Z) stays so. */
  #wake(process: ProcessIdentity, launcherPid: number | null): void {
    const { processes, resume, isHeld } = this.#options;
    if (isHeld(process.pid)) return;
    if (processes.isStopped(process) && !processes.isSuspended(process.pid, launcherPid)) resume(process);
  }
}
