/** The small process that refuses and wakes held calls when this one dies. It outlives us; a new helper starts its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Guardians } from '../kernel/earlier-builds.ts';

/** A watchdog that ends at once again is started more and more slowly. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

export interface WatchdogOptions {
  readonly program: string;
  readonly pinDirectory: string;
  readonly onTrouble: (message: string) => void;
}

export interface Watchdog {
  readonly pid: number | null;
  /** Ends the restarts. The process itself ends after us, when nothing waits any more. */
  stop(): void;
}

/** As soon as there are pins of an earlier run: until the watchdog starts, a helper could be ended at each start. */
export function guardSelf(pinDirectory: string): void {
  new Guardians(pinDirectory).add(process.pid);
}

/** Starts it and keeps it running; names it and ourselves to the kernel as what agents may not signal. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const guardians = new Guardians(options.pinDirectory);
  guardians.add(process.pid);
  guardians.keepOnly(process.pid);
  return keepRunning(
    options,
    (pid) => guardians.add(pid),
    (pid) => guardians.remove(pid),
  );
}

/** Apart from the kernel's table, so that it can be tried without one. */
export function keepRunning(
  { program, pinDirectory, onTrouble }: WatchdogOptions,
  began: (pid: number) => void,
  ended: (pid: number) => void,
): Watchdog {
  let child: ChildProcess | null = null;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const again = (message: string) => {
    if (stopped) return;
    onTrouble(`${message}; started again in ${pauseMs} ms`);
    timer = setTimeout(start, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };
  const start = () => {
    const started = spawn(program, [String(process.pid), pinDirectory], { stdio: 'ignore', detached: true, env: {} });
    child = started;
    if (started.pid !== undefined) began(started.pid);
    started.unref();
    started.once('error', (error) => again(`cannot start ${program}: ${error.message}`));
    started.once('exit', (code, signal) => {
      if (started.pid !== undefined) ended(started.pid);
      if (child === started) child = null;
      again(`the watchdog ended (${signal ?? `status ${code}`})`);
    });
  };
  start();
  return {
    get pid() {
      return child?.pid ?? null;
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
