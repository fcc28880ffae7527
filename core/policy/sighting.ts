/** What /proc shows of a process, in the terms that agents are recognised by. */
import { interpreterNamed } from './interpreters.ts';
import type { Sighting } from './recognise.ts';
import { operandOf } from './script-operand.ts';

/** As proc(5) has them; null: there is none. */
export interface ProcFacts {
  readonly status: string;
  readonly cmdline: string;
  readonly cgroup: string;
  readonly executable: string | null;
  readonly workingDirectory: string | null;
}

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

/** `leadsTo`: where a path relative to a directory leads, links followed. */
export function runningFrom(
  pid: number,
  facts: ProcFacts,
  leadsTo: (directory: string, path: string) => string,
): Running {
  const number = (field: string) => Number(new RegExp(`^${field}:\\s*([0-9]+)`, 'm').exec(facts.status)?.[1] ?? 0);
  const command = facts.cmdline.split('\0').slice(0, -1);
  const executable = withoutMark(facts.executable);
  const { workingDirectory } = facts;
  const told = toldToRun(executable, command);
  return {
    ...{ pid, parentPid: number('PPid'), uid: number('Uid'), command, workingDirectory },
    sighting: {
      executable,
      script: told.script === null || workingDirectory === null ? null : leadsTo(workingDirectory, told.script),
      module: told.module,
      unit: lastName(unifiedGroup(facts.cgroup)) || null,
    },
  };
}

/** What an interpreter was told to run by the whole path, from its arguments in the form of /proc/PID/cmdline; null: nothing is known. */
export function scriptIn(executable: string, cmdline: string): string | null {
  const { script } = toldToRun(executable, cmdline.split('\0').slice(0, -1));
  return script?.startsWith('/') ? script : null;
}

/** A file that was replaced by a newer version still says what runs. */
function withoutMark(path: string | null): string | null {
  return path?.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}

function toldToRun(executable: string | null, command: readonly string[]): Pick<Sighting, 'script' | 'module'> {
  const interpreter = executable === null ? null : interpreterNamed(lastName(executable));
  const operand = interpreter ? operandOf(interpreter, command.slice(1)) : null;
  return {
    script: operand?.kind === 'script' ? operand.path : null,
    module: operand?.kind === 'module' ? operand.name : null,
  };
}

/** The path in the one hierarchy of cgroup v2; empty where there is none. */
function unifiedGroup(text: string): string {
  return /^0::(.*)$/m.exec(text)?.[1] ?? '';
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
