/** Keys that count no more: lists in a directory that only root can change. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseRevocations, type Revocation } from '../../core/manifest/index.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { directoryState, readRootFile } from './root-file.ts';

const MAX_LIST_BYTES = 1024 * 1024;

/**
 * Every revocation; a missing directory holds none. One list that cannot be read is an error, a sentence: it could have held
 * the key that is asked about.
 */
export function readRevokedKeys(directory: string): Result<Revocation[], string> {
  const state = directoryState(directory);
  if (state === 'missing') return success([]);
  if (state === 'unsafe') return failure(`${directory} can be changed by others than root`);
  const revocations: Revocation[] = [];
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith('.revoked')) continue;
    const path = join(directory, name);
    const text = readRootFile(path, MAX_LIST_BYTES);
    if (!text.ok) return text;
    const parsed = parseRevocations(text.value);
    if (!parsed.ok) return failure(`${path}: ${parsed.error}`);
    revocations.push(...parsed.value);
  }
  return success(revocations);
}
