import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUEST_CACHE } from './checkout.ts';

/** Folders that live as long as one guest: sockets need a short path, the disk needs room. */
export type RunDirectory = { sockets: string; files: string; remove: () => void };

const RUNS = join(GUEST_CACHE, 'runs');

/** Also clears what guests left behind whose program was killed. */
export function makeRunDirectory(): RunDirectory {
  mkdirSync(RUNS, { recursive: true });
  clearStale(RUNS);
  clearStale(tmpdir());
  const files = mkdtempSync(join(RUNS, prefix(process.pid)));
  const sockets = mkdtempSync(join(tmpdir(), prefix(process.pid)));
  const remove = () => {
    for (const directory of [files, sockets]) rmSync(directory, { recursive: true, force: true });
  };
  return { sockets, files, remove };
}

function prefix(pid: number): string {
  return `ringfence-vm-${pid}-`;
}

function clearStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^ringfence-vm-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
