/** The caller's own processes, with what each shows that might speak for an agent. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { interpreterNamed } from '../../core/policy/interpreters.ts';
import type { Hints } from '../../core/policy/recognise.ts';
import { type Running, runningFrom } from '../../core/policy/sighting.ts';

/** Imports stand at the beginning. */
const TEXT_BYTES = 65_536;

export type Seen = Running & { readonly hints: Hints };

/** Without those that end meanwhile, and those that are not shown to the caller. */
export function ownProcesses(uid: number, proc = '/proc'): Seen[] {
  return readdirSync(proc)
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      const seen = look(Number(name), `${proc}/${name}`);
      return seen && seen.uid === uid ? [seen] : [];
    });
}

function look(pid: number, folder: string): Seen | null {
  const text = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
  try {
    const facts = {
      ...{ status: text('status'), cmdline: text('cmdline'), cgroup: text('cgroup') },
      ...{ executable: readlinkSync(`${folder}/exe`), workingDirectory: readlinkSync(`${folder}/cwd`) },
    };
    const running = runningFrom(pid, facts, leadsTo);
    const environment = text('environ')
      .split('\0')
      .map((entry) => entry.slice(0, entry.indexOf('=')));
    // a title that was overwritten is all that is left of the arguments
    const title = facts.cmdline.replace(/\0[\0\s]*$/, '').trim();
    return { ...running, hints: { sighting: running.sighting, title, environment, pythonText: pythonText(running) } };
  } catch {
    return null;
  }
}

function leadsTo(directory: string, path: string): string {
  const whole = resolve(directory, path);
  try {
    return realpathSync(whole);
  } catch {
    return whole;
  }
}

function pythonText({ sighting: { executable, script } }: Running): string | null {
  const isPython =
    executable !== null && interpreterNamed(executable.slice(executable.lastIndexOf('/') + 1))?.name === 'python';
  if (!isPython || script === null) return null;
  try {
    const file = openSync(script, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return null;
      const bytes = Buffer.alloc(TEXT_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, TEXT_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
