import { execFile } from 'node:child_process';
import { type Diagnosis, diagnosis } from '../../core/protocol/enforcement.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { HELPER_PROGRAM } from '../helper-program.ts';

const WITHIN_MS = 120_000;

/** Has the helper's program prove enforcement: load, attach, see a denial. As root only. The error is a sentence. */
export function selfTest(program: string = HELPER_PROGRAM): Promise<Result<Diagnosis, string>> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '--self-test', '--json'], { timeout: WITHIN_MS }, (error, stdout, stderr) => {
      const answer = diagnosis.safeParse(parse(stdout));
      if (answer.success) return resolve(success(answer.data));
      resolve(failure(`the self-test gave no answer: ${lastWords(stderr) ?? error?.message ?? 'nothing was said'}`));
    });
  });
}

/** The error a program died of, or the last thing it said. */
function lastWords(said: string): string | undefined {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
