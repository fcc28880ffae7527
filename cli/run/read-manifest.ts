import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MAX_MANIFEST_BYTES } from '../../core/protocol/limits.ts';
import { failure, type Result, success } from '../../core/result.ts';

export type ManifestFile = { readonly path: string; readonly bytes: Uint8Array };

const NAME = 'clawmanifest.json';

/** Reads a manifest, or that of a skill's folder. The error is a sentence. */
export function readManifest(given: string): Result<ManifestFile, string> {
  let descriptor: number | null = null;
  const named = resolve(given);
  const path = statSync(named, { throwIfNoEntry: false })?.isDirectory() === true ? join(named, NAME) : named;
  try {
    // Not blocking: a FIFO must not hold the command up.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) return failure(`${path} is not a file`);
    const bytes = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length > MAX_MANIFEST_BYTES) return failure(`${path} has more than ${MAX_MANIFEST_BYTES} bytes`);
    return success({ path, bytes: bytes.subarray(0, length) });
  } catch (error) {
    return failure(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}
