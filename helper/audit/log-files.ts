import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { firstSequenceOf } from '../../core/evidence/segment.ts';

export const CHECKPOINT_FILE = 'checkpoints';
/** Bytes that a recovery cut from the log are kept here. */
export const CUT_DIRECTORY = 'cut';

const CHUNK_BYTES = 256 * 1024;

/** Names of the segments in a log's directory, in order. */
export function segmentNames(directory: string): string[] {
  const names = readdirSync(directory).filter((name) => firstSequenceOf(name) !== null);
  return names.toSorted((left, right) => firstSequenceOf(left)! - firstSequenceOf(right)!);
}

/** The bytes `[from, to)` of a file, in pieces. */
export function* readChunks(path: string, from = 0, to = Number.POSITIVE_INFINITY): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    for (let position = from; position < to; ) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, to - position));
      const count = readSync(fd, chunk, 0, chunk.length, position);
      if (count === 0) return;
      position += count;
      yield chunk.subarray(0, count);
    }
  } finally {
    closeSync(fd);
  }
}

/** The file of checkpoints as text; empty if there is none. Bytes that are no UTF-8 fail to parse as a note later. */
export function readCheckpointFile(directory: string): string {
  try {
    return readFileSync(join(directory, CHECKPOINT_FILE), 'utf8');
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return '';
    throw problem;
  }
}
