import { constants } from 'node:os';
import type { Exit, HeldChild } from '../../native/launch/index.ts';
import { EXIT } from '../exit-code.ts';

/** The terminal sends these to the child as well; the parent waits for what the child makes of them, as a shell does. */
const IGNORED = ['SIGINT', 'SIGQUIT'] as const;

/** Meant for the command by whoever sends them to us. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** Keeps signals from ending us while a child lives, and passes on those that are meant for it. */
export function stayParent(child: HeldChild): () => void {
  const ignore = (): void => undefined;
  const forward = (signal: NodeJS.Signals): void => {
    try {
      process.kill(child.pid, signal);
    } catch {
      // It has just ended, which `exited` tells.
    }
  };
  for (const signal of IGNORED) process.on(signal, ignore);
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of IGNORED) process.off(signal, ignore);
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}

/** Our exit code for the command's end. */
export function exitCodeOf(exit: Exit): number {
  return 'code' in exit ? exit.code : EXIT.signal + constants.signals[exit.signal];
}
