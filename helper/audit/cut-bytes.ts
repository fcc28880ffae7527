import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { digestOf } from '../../core/evidence/digest.ts';
import { syncDirectory } from './durable-file.ts';
import { CHECKPOINT_FILE, CUT_DIRECTORY } from './log-files.ts';
import type { RecordDraft } from './options.ts';
import type { TornTail } from './recover.ts';
import { GAP } from './sequence-ledger.ts';

/**
 * What a crash tore off the log is kept, and a record says so. A file is `.pending` until that record is durable, so
 * that a crash in between cannot lose it.
 */

const PENDING = '.pending';

export function keepCutBytes(directory: string, tail: TornTail): void {
  const cut = join(directory, CUT_DIRECTORY);
  mkdirSync(cut, { recursive: true, mode: 0o700 });
  const name = `${basename(tail.file)}-${tail.size}-${digestOf(tail.bytes).slice(0, 16)}`;
  const fd = openSync(join(cut, name + PENDING), 'w', 0o600);
  try {
    for (let done = 0; done < tail.bytes.length; ) done += writeSync(fd, tail.bytes, done);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncDirectory(cut);
}

/** Cuts that no record speaks of yet. */
export function pendingCuts(directory: string): string[] {
  try {
    return readdirSync(join(directory, CUT_DIRECTORY)).filter((name) => name.endsWith(PENDING));
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return [];
    throw problem;
  }
}

export function cutRecord(directory: string, pending: string): RecordDraft {
  const bytes = readFileSync(join(directory, CUT_DIRECTORY, pending));
  const isCheckpoint = pending.startsWith(`${CHECKPOINT_FILE}-`);
  const what = isCheckpoint ? 'a checkpoint that was' : 'records that were';
  return {
    kind: GAP,
    cause: isCheckpoint ? 'torn-checkpoint' : 'torn-tail',
    cut_bytes: bytes.length,
    cut_sha256: digestOf(bytes),
    kept_as: `${CUT_DIRECTORY}/${keptName(pending)}`,
    message: `The helper stopped while writing: ${bytes.length} bytes of ${what} never acknowledged were cut off and kept.`,
  };
}

export function confirmCut(directory: string, pending: string): void {
  const cut = join(directory, CUT_DIRECTORY);
  renameSync(join(cut, pending), join(cut, keptName(pending)));
  syncDirectory(cut);
}

function keptName(pending: string): string {
  return pending.slice(0, -PENDING.length);
}
