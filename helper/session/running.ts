/** What runs on the machine, as /proc shows it: for agents that began before anybody watched. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { interpreterNamed } from '../../core/policy/interpreters.ts';
import type { Sighting } from '../../core/policy/recognise.ts';
import { operandOf } from '../../core/policy/script-operand.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { filesystemTrust } from './filesystem-trust.ts';

export interface Running {
  readonly pid: number;
  readonly parentPid: number;
  /** The real one. */
  readonly uid: number;
  readonly command: readonly string[];
  readonly workingDirectory: string | null;
  readonly sighting: Sighting;
}

const DELETED = ' (deleted)';

/** Every process that shows itself; those that end meanwhile are left out. */
export function readRunning(mounts: readonly Mount[], proc = '/proc'): Running[] {
  return readdirSync(proc)
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => readOne(Number(name), mounts, proc) ?? []);
}

export function readOne(pid: number, mounts: readonly Mount[], proc = '/proc'): Running | null {
  const at = (name: string) => `${proc}/${pid}/${name}`;
  try {
    const status = readFileSync(at('status'), 'latin1');
    const number = (field: string) => Number(new RegExp(`^${field}:\\s*([0-9]+)`, 'm').exec(status)?.[1] ?? 0);
    const command = readFileSync(at('cmdline'), 'utf8').split('\0').slice(0, -1);
    const executable = link(at('exe'));
    const workingDirectory = link(at('cwd'));
    return {
      ...{ pid, parentPid: number('PPid'), uid: number('Uid'), command, workingDirectory },
      sighting: {
        executable,
        ...toldToRun(executable, command, workingDirectory, mounts),
        unit: basename(unifiedGroup(readFileSync(at('cgroup'), 'utf8'))) || null,
      },
    };
  } catch {
    return null; // it has ended
  }
}

/** A file that was replaced by a newer version still says what runs. */
function link(path: string): string | null {
  try {
    const target = readlinkSync(path);
    return target.endsWith(DELETED) ? target.slice(0, -DELETED.length) : target;
  } catch {
    return null; // a thread of the kernel's
  }
}

function toldToRun(
  executable: string | null,
  command: readonly string[],
  directory: string | null,
  mounts: readonly Mount[],
): Pick<Sighting, 'script' | 'module'> {
  const interpreter = executable === null ? null : interpreterNamed(basename(executable));
  const operand = interpreter ? operandOf(interpreter, command.slice(1)) : null;
  if (operand?.kind === 'module') return { script: null, module: operand.name };
  if (operand?.kind !== 'script' || directory === null) return { script: null, module: null };
  return { script: withoutLinks(resolve(directory, operand.path), mounts), module: null };
}

/** Only where nobody but the kernel answers: a filesystem of a user's own could keep us waiting. */
function withoutLinks(path: string, mounts: readonly Mount[]): string {
  const under = mounts
    .filter(({ mountpoint }) => mountpoint === '/' || path === mountpoint || path.startsWith(`${mountpoint}/`))
    .sort((a, b) => b.mountpoint.length - a.mountpoint.length)[0];
  if (!under || filesystemTrust(under.type).kind === 'unsound') return path;
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The path in the one hierarchy of cgroup v2; empty where there is none. */
function unifiedGroup(text: string): string {
  return /^0::(.*)$/m.exec(text)?.[1] ?? '';
}
