import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { failure, type Result, success } from '../../core/result.ts';
import { addonFile } from '../locate/addon-file.ts';

/**
 * Starts a program in two steps: first a child that waits, so that it can be labelled; then the program in it. And
 * the cage for processes that read hostile input.
 */

/** What the child is to become. `file` is used as it is, without a search in `PATH`. */
export type Program = {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
};

/** How a child ended. */
export type Exit = { readonly code: number } | { readonly signal: NodeJS.Signals };

/** A call of the child that failed, so that its program did not start. */
export type LaunchError = {
  /** `ENOENT`, `EPERM`, … */
  readonly code: string;
  readonly syscall: 'fork' | 'chdir' | 'execve';
  readonly message: string;
};

/** A child that waits before its program. It holds 0, 1, 2 and its place in the terminal, and no other descriptor. */
export type HeldChild = {
  readonly pid: number;
  /** Lets it go on; resolves when the program has started, or with the reason why not. Once only. */
  release(): Promise<Result<void, LaunchError>>;
  /** Ends it without the program. Nothing happens after `release`. */
  abort(): void;
  /** How it ended; also after `abort`, with a code that means nothing. */
  readonly exited: Promise<Exit>;
};

type News =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly syscall: 'chdir' | 'execve'; readonly errno: number; readonly message: string }
  | { readonly kind: 'ended'; readonly code?: number; readonly signal?: number };

type Addon = {
  spawn(
    file: string,
    argv: readonly string[],
    env: readonly string[],
    cwd: string,
    listener: (news: News) => void,
  ): { readonly pid: number; go(): void; end(): void };
  confine(memoryBytes: number): void;
  confineToConnections(): void;
};

let loaded: Addon | undefined;

function addon(): Addon {
  loaded ??= createRequire(import.meta.url)(addonFile('launch')) as Addon;
  return loaded;
}

/** Loads the addon now, for a process that will not be able to open files later. */
export function load(): void {
  addon();
}

/** Forks a child that waits. Fails with the errno of `fork` or `pipe2`. */
export function spawn(program: Program): Result<HeldChild, LaunchError> {
  const started = Promise.withResolvers<Result<void, LaunchError>>();
  const exited = Promise.withResolvers<Exit>();
  const hear = (news: News): void => {
    if (news.kind === 'started') started.resolve(success(undefined));
    else if (news.kind === 'failed') started.resolve(failure(launchError(news)));
    else exited.resolve(news.signal === undefined ? { code: news.code ?? 0 } : { signal: signalName(news.signal) });
  };
  const env = Object.entries(program.env).map(([name, value]) => `${name}=${value}`);
  try {
    const child = addon().spawn(program.file, program.argv, env, program.cwd, hear);
    return success({
      pid: child.pid,
      release() {
        child.go();
        return started.promise;
      },
      abort: () => child.end(),
      exited: exited.promise,
    });
  } catch (error) {
    const errno = systemErrno(error);
    if (errno === null) throw error;
    return failure(launchError({ syscall: 'fork', errno, message: (error as Error).message }));
  }
}

/**
 * Takes files, sockets, programs and other processes from this process for good, on all its threads, and memory beyond
 * `memoryBytes` more than it has now. Throws when any part fails: the caller must then end itself.
 */
export function confine(memoryBytes: number): void {
  addon().confine(memoryBytes);
}

/**
 * Leaves this process what it listens at, connections over IPv4 and IPv6, and reading files, on all its threads. Throws when any part
 * fails: the caller must then end itself.
 */
export function confineToConnections(): void {
  addon().confineToConnections();
}

function launchError(news: { syscall: LaunchError['syscall']; errno: number; message: string }): LaunchError {
  return { code: getSystemErrorName(-news.errno), syscall: news.syscall, message: news.message };
}

function systemErrno(error: unknown): number | null {
  if (!(error instanceof Error) || !('errno' in error)) return null;
  return typeof error.errno === 'number' ? error.errno : null;
}

function signalName(number: number): NodeJS.Signals {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, value]) => value === number)?.[0] ?? 'SIGKILL';
}
