import { spawn } from 'node:child_process';
import { HOME } from './places.ts';

export type Outcome = { status: number | null; stdout: string; stderr: string };

export const ENVIRONMENT = {
  HOME,
  USER: 'dev',
  LOGNAME: 'dev',
  SHELL: '/bin/bash',
  LANG: 'C.UTF-8',
  PATH: '/usr/local/bin:/usr/bin:/bin',
};

/** As installed in the guest. */
export const RINGFENCE = '/usr/local/bin/ringfence';

const DEV = 1000;

/** Runs a command as `dev` with that user's environment and nothing else. */
export function runAsDev(
  command: readonly string[],
  options: { cwd: string; environment?: Record<string, string>; onStdout?: (text: string) => void },
): Promise<Outcome> {
  const [program = '', ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd: options.cwd,
      env: { ...ENVIRONMENT, ...options.environment },
      uid: DEV,
      gid: DEV,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onStdout?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
