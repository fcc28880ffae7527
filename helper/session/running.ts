/** What runs on the machine, as /proc shows it: for agents that began before anybody watched. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Running, runningFrom } from '../../core/policy/sighting.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { filesystemTrust } from './filesystem-trust.ts';

/** Every process that shows itself; those that end meanwhile are left out. */
export function readRunning(mounts: readonly Mount[], proc = '/proc'): Running[] {
  return readdirSync(proc)
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => readOne(Number(name), mounts, proc) ?? []);
}

export function readOne(pid: number, mounts: readonly Mount[], proc = '/proc'): Running | null {
  const text = (name: string) => readFileSync(`${proc}/${pid}/${name}`, 'utf8');
  try {
    const facts = {
      ...{ status: text('status'), cmdline: text('cmdline'), cgroup: text('cgroup') },
      executable: link(`${proc}/${pid}/exe`),
      workingDirectory: link(`${proc}/${pid}/cwd`),
    };
    return runningFrom(pid, facts, (directory, path) => withoutLinks(resolve(directory, path), mounts));
  } catch {
    return null; // it has ended
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // a thread of the kernel's
  }
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
