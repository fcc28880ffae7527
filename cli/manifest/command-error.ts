import { describeProblem, type Problem } from '../../core/manifest/index.ts';
import type { Surroundings } from './surroundings.ts';

/** 0: done or valid. 1: the manifest or skill is refused. 2: the command could not do its work. */
export type ExitCode = 0 | 1 | 2;

/** The command cannot go on: usage, files, keys. Ends it with exit code 2. */
export class CommandError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export function cannot(action: string, thrown: unknown, remedy: string): CommandError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  const reasons: Record<string, string> = {
    ENOENT: 'it does not exist',
    EACCES: 'you have no permission',
    EPERM: 'it is not permitted',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is no directory',
    ELOOP: 'it is a symbolic link',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
  };
  return new CommandError(`cannot ${action}: ${reasons[code] ?? code}`, remedy);
}

export function complainAbout(problems: readonly Problem<string>[], file: string, { complain }: Surroundings): void {
  for (const problem of problems) complain(describeProblem(problem, file));
}
