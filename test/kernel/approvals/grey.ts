/** A skill whose documents are a grey area, as the suites of this folder run it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { give, HOME, type Said, skill, startAsDev } from '../installed.ts';

export const GREY = `${HOME}/grey`;
export const WORK = `${HOME}/work`;
export const BIN = `${HOME}/bin`;
export const RINGFENCE = '/opt/ringfence/bin/ringfence';
/** What an agent would hold its own client by. */
export const NODE = '/opt/ringfence/runtime/bin/node';

export const PERMISSIONS = {
  exec: ['/usr/bin/*', '/bin/*', '~/bin/*', RINGFENCE, NODE],
  filesystem: { read: ['~/work/**', '~/bin/**', '/opt/ringfence/**'], write: ['~/work/**'] },
  require_approval: { filesystem: { read: ['~/grey/**'], write: ['~/grey/**'] }, exec: ['~/grey/program'] },
};

export function placeProgram(programs: string, name: string, at = join(BIN, name)): string {
  mkdirSync(BIN, { recursive: true });
  copyFileSync(join(programs, name), at);
  chmodSync(at, 0o755);
  return at;
}

/** Empties the grey area and puts one document into it. */
export function freshDocuments(): void {
  rmSync(GREY, { recursive: true, force: true });
  give(join(GREY, 'document'), 'grey-content');
  give(WORK);
}

let manifest: string | null = null;

/** Starts a command as the user under `ringfence run`. */
export function agent(...command: string[]): ReturnType<typeof startAsDev> {
  manifest ??= skill('grey', PERMISSIONS);
  return startAsDev([RINGFENCE, 'run', '--manifest', manifest, '--', ...command]);
}

export const manifestOfGrey = (): string => {
  manifest ??= skill('grey', PERMISSIONS);
  return manifest;
};

/** Tasks of these names that are stopped now, as `pid (name)`. */
export function stopped(names: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
        return state === 'T' && names.includes(name) ? [`${pid} (${name})`] : [];
      } catch {
        return []; // it has just ended
      }
    });
}

/** Runs a command as root, outside of any session. */
export function asRoot(program: string, ...words: string[]): Said {
  try {
    const stdout = execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { status: 0, stdout, stderr: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as Said;
    return { status, stdout, stderr };
  }
}
