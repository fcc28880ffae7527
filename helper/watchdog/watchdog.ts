/** The small process that refuses and wakes held calls when this one dies. It outlives us; a new helper starts its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { encodeU32, encodeU64 } from '../kernel/layout.ts';
import { PinnedMap } from '../kernel/pinned-map.ts';

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
  if (existsSync(`${pinDirectory}/maps/guardians`))
    new PinnedMap(pinDirectory, 'guardians').set(encodeU32(process.pid), encodeU64(1n));
}

/** Starts it and keeps it running; names it and ourselves to the kernel as what agents may not signal. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const guardians = new PinnedMap(options.pinDirectory, 'guardians');
  const own = encodeU32(process.pid);
  guardians.set(own, encodeU64(1n));
  for (const key of guardians.keys()) if (Buffer.compare(key, own) !== 0) guardians.delete(key);
  return keepRunning(
    options,
    (pid) => guardians.set(encodeU32(pid), encodeU64(1n)),
    (pid) => guardians.delete(encodeU32(pid)),
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
