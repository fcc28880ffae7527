import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';

/** Why a command is not run, as a shell tells it apart. */
export type NoProgram = 'not-found' | 'not-executable';

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** The file that a command names, searched as execvp(3) does: `PATH`, unless it has a slash. */
export function findProgram(command: string, env: NodeJS.ProcessEnv): Result<string, NoProgram> {
  if (command === '') return failure('not-found');
  if (command.includes('/')) return isProgram(command) ? success(command) : failure(problemOf(command));
  let problem: NoProgram = 'not-found';
  for (const folder of (env.PATH ?? DEFAULT_PATH).split(':')) {
    const file = join(folder === '' ? '.' : folder, command);
    const candidate = file.includes('/') ? file : `./${file}`;
    if (isProgram(candidate)) return success(candidate);
    if (problemOf(candidate) === 'not-executable') problem = 'not-executable';
  }
  return failure(problem);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function problemOf(file: string): NoProgram {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? 'not-executable' : 'not-found';
}
