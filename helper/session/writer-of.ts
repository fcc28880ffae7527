/** Who can write to a file, as far as /proc tells: for the message that says why a skill is not bound. */
import { readdirSync, readFileSync, statSync } from 'node:fs';

export interface Writer {
  readonly pid: number;
  /** Chosen by the process: for display only. */
  readonly name: string;
}

export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** The access mode among the flags of open(2); not 0: it can write. */
const ACCESS_MODE = 3;

/** The first process that has the file open for writing, or mapped so; null when none is found. */
export function writerOf(file: FileIdentity, proc = '/proc'): Writer | null {
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue;
    if (!hasOpen(`${proc}/${name}`, file) && !hasMapped(`${proc}/${name}`, file)) continue;
    return { pid: Number(name), name: read(`${proc}/${name}/comm`).trimEnd() };
  }
  return null;
}

function hasOpen(process: string, file: FileIdentity): boolean {
  return entries(`${process}/fd`).some((fd) => {
    const open = identityOf(`${process}/fd/${fd}`);
    if (open?.dev !== file.dev || open.ino !== file.ino) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(read(`${process}/fdinfo/${fd}`))?.[1];
    return (Number.parseInt(flags ?? '0', 8) & ACCESS_MODE) !== 0;
  });
}

/** Lines of proc_pid_maps(5): range, permissions, offset, device, inode, path. Devices differ on some file systems. */
function hasMapped(process: string, { ino }: FileIdentity): boolean {
  return read(`${process}/maps`)
    .split('\n')
    .some((line) => {
      const [, permissions, , , inode] = line.split(/\s+/);
      return inode === String(ino) && permissions?.[1] === 'w' && permissions[3] === 's';
    });
}

function identityOf(path: string): FileIdentity | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null; // closed meanwhile, or closed to us
  }
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // it has ended
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
