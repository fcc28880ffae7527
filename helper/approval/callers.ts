/** What /proc tells of those who call: the kernel's word, and what they were started with. Null for what is gone or cannot be read. */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessStamp } from '../control/peer.ts';
import type { CallerIdentity, CallerStart, FileIdentity } from './click.ts';

/** Whose mounts, users and root directory are the host's. */
const FIRST_PROCESS = 1;

export class Callers {
  readonly #proc: string;
  readonly #host: number;

  constructor(proc = '/proc', host = FIRST_PROCESS) {
    this.#proc = proc;
    this.#host = host;
  }

  stamp(pid: number): ProcessStamp | null {
    return orNull(() => ({ startTicks: this.#startTicks(pid), executable: orNull(() => this.#executable(pid)) }));
  }

  identity(pid: number): CallerIdentity | null {
    return orNull(() => {
      const status = this.#text(pid, 'status');
      return {
        startTicks: this.#startTicks(pid),
        executable: this.#executable(pid),
        executablePath: readlinkSync(this.#path(pid, 'exe')),
        uids: field(status, 'Uid').split('\t').map(Number),
        tracerPid: Number(field(status, 'TracerPid')),
        seesTheHost: this.#surroundings(pid) === this.#surroundings(this.#host),
      };
    });
  }

  /** Reads the memory of the process: to be called only once everything else fits. */
  start(pid: number): CallerStart | null {
    const strings = (name: string) => this.#text(pid, name).split('\0').filter(Boolean);
    return orNull(() => ({ words: strings('cmdline'), environment: strings('environ') }));
  }

  #path(pid: number, name: string): string {
    return join(this.#proc, String(pid), name);
  }

  #text(pid: number, name: string): string {
    return readFileSync(this.#path(pid, name), 'latin1');
  }

  /** Field 22 of /proc/PID/stat; the name before it may hold anything. */
  #startTicks(pid: number): string {
    const stat = this.#text(pid, 'stat');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    if (ticks === undefined) throw new Error('no start time');
    return ticks;
  }

  #executable(pid: number): FileIdentity {
    return this.#identityOf(pid, 'exe');
  }

  #identityOf(pid: number, name: string): FileIdentity {
    const { dev: device, ino: inode } = statSync(this.#path(pid, name), { bigint: true });
    return { device, inode };
  }

  #surroundings(pid: number): string {
    const { device, inode } = this.#identityOf(pid, 'root');
    const spaces = ['mnt', 'user'].map((space) => readlinkSync(this.#path(pid, `ns/${space}`)));
    return [...spaces, device, inode].join(' ');
  }
}

function field(status: string, name: string): string {
  const found = new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
