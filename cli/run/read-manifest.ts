import { readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MAX_MANIFEST_BYTES } from '../../core/protocol/limits.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type NotRegular, withRegularFile } from './regular-file.ts';

export type ManifestFile = { readonly path: string; readonly bytes: Uint8Array };

/** A sentence with the place, and what to do. */
export type Problem = { readonly message: string; readonly remedy: string };

const NAME = 'clawmanifest.json';
const REMEDY = 'Name the manifest, or the folder of the skill that holds it.';

/** Reads a manifest, or that of a skill's folder. A file that is named may be a link: that is its user's word. What is found in a folder may be none. */
export function readManifest(given: string): Result<ManifestFile, Problem> {
  const named = resolve(given);
  const isFolder = statSync(named, { throwIfNoEntry: false })?.isDirectory() === true;
  const path = isFolder ? join(named, NAME) : named;
  const read = withRegularFile(path, isFolder ? 'refuse' : 'follow', beginningOf);
  if (!read.ok) return failure(whyNot(path, read.error));
  if (read.value.length > MAX_MANIFEST_BYTES) {
    return failure({ message: `${path} has more than ${MAX_MANIFEST_BYTES} bytes`, remedy: REMEDY });
  }
  return success({ path, bytes: read.value });
}

/** One byte more than a manifest may have, if there are as many. */
function beginningOf(file: number): Uint8Array {
  const bytes = Buffer.alloc(MAX_MANIFEST_BYTES + 1);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
}

function whyNot(path: string, problem: NotRegular): Problem {
  if (problem === 'link') {
    return {
      message: `${path} is a symbolic link`,
      remedy: 'Put the manifest itself into its folder, or name the file.',
    };
  }
  if (problem === 'other') return { message: `${path} is no regular file`, remedy: REMEDY };
  return { message: `cannot read ${path}: ${problem.code}`, remedy: REMEDY };
}
