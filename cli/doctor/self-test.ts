import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type Diagnosis, diagnosis } from '../../core/protocol/enforcement.ts';
import { failure, type Result, success } from '../../core/result.ts';

const HELPER = join(import.meta.dirname, '../../helper/main.ts');
const WITHIN_MS = 120_000;
const COMPLAINT_LINES = 5;

/** Has the helper's program prove enforcement: load, attach, see a denial. As root only. The error is a sentence. */
export function selfTest(program: string = HELPER): Promise<Result<Diagnosis, string>> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, '--self-test', '--json'], { timeout: WITHIN_MS }, (error, stdout, stderr) => {
      const answer = diagnosis.safeParse(parse(stdout));
      if (answer.success) return resolve(success(answer.data));
      const last = stderr.trim().split('\n').slice(-COMPLAINT_LINES).join('\n');
      resolve(failure(`the self-test gave no answer: ${last || error?.message || 'nothing was said'}`));
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
