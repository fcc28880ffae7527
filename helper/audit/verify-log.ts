import { join } from 'node:path';
import { type Verification, type VerifyOptions, verifyEvidence } from '../../core/evidence/verify.ts';
import { readCheckpointFile, readChunks, segmentNames } from './log-files.ts';

/** How far a log that is being written is to be read: what was durable at one moment. */
export type LogExtent = {
  readonly segments: readonly { readonly name: string; readonly bytes: number }[];
  readonly checkpointBytes: number;
};

/** Verifies the log in a directory, or a copy of it; throws only if the files cannot be read. */
export function verifyLog(directory: string, options: VerifyOptions = {}, extent?: LogExtent): Verification {
  const segments =
    extent?.segments ?? segmentNames(directory).map((name) => ({ name, bytes: Number.POSITIVE_INFINITY }));
  const files = segments.map(({ name, bytes }) => ({ name, chunks: readChunks(join(directory, name), 0, bytes) }));
  return verifyEvidence({ segments: files, checkpoints: checkpointText(directory, extent) }, options);
}

function checkpointText(directory: string, extent: LogExtent | undefined): string {
  const text = readCheckpointFile(directory);
  return extent === undefined ? text : Buffer.from(text).subarray(0, extent.checkpointBytes).toString();
}
