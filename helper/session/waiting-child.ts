/** The process that waits to be labelled, by the kernel's word: whose it is, whose child, and where it stands. */
import { readFileSync, readlinkSync } from 'node:fs';

export interface WaitingChild {
  readonly pid: number;
  readonly parentPid: number;
  /** Real, effective, saved and file-system user id. */
  readonly uids: readonly number[];
  readonly workingDirectory: string;
  readonly executable: string;
}

/** Null when there is no such process. */
export function readChild(pid: number): WaitingChild | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    return {
      pid,
      parentPid: Number(field('PPid')),
      uids: field('Uid').split('\t').map(Number),
      workingDirectory: readlinkSync(`/proc/${pid}/cwd`),
      executable: readlinkSync(`/proc/${pid}/exe`),
    };
  } catch {
    return null;
  }
}

/** Is it a child of the caller's own, running as nobody else? */
export function belongsTo(child: WaitingChild, caller: { readonly pid: number; readonly uid: number }): boolean {
  return child.parentPid === caller.pid && child.uids.length === 4 && child.uids.every((uid) => uid === caller.uid);
}
