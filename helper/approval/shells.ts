/**
 * A shell that controls jobs says of one that stops that it is stopped, and goes on without it. So it is stopped itself before a job of its
 * own is held, and woken after it.
 */
import type { SessionId } from '../../core/protocol/scalars.ts';
import type { HeldCallTables } from '../kernel/held-call.ts';
import type { Processes, ProcessIdentity } from './processes.ts';

/** The job makes its call again and again meanwhile; a shell stops within a fraction of it. */
const LOOK_MS = 1;

export interface ShellsOptions {
  readonly processes: Pick<Processes, 'parent' | 'isStopped'>;
  readonly tables: Pick<HeldCallTables, 'stop' | 'letStop'>;
  /** The session whose label a process carries. */
  readonly labelOf: (pid: number) => SessionId | null;
}

export class Shells {
  readonly #options: ShellsOptions;

  constructor(options: ShellsOptions) {
    this.#options = options;
  }

  /** Null where it is none of the session's: a person's own shell is left alone. */
  over(pid: number, session: SessionId): ProcessIdentity | null {
    const { processes, labelOf } = this.#options;
    const shell = processes.parent(pid);
    return shell && labelOf(shell.pid) === session ? shell : null;
  }

  /** Once it is stopped the request's call is, too, if it still waits. False: the shell is gone. */
  stop(shell: ProcessIdentity, request: number, stillWaits: () => boolean): boolean {
    const { processes, tables } = this.#options;
    if (!tables.stop(shell)) return false;
    const look = () => {
      if (!stillWaits()) return;
      if (processes.isStopped(shell)) tables.letStop(request);
      else setTimeout(look, LOOK_MS).unref();
    };
    look();
    return true;
  }
}
