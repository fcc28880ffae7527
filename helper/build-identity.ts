/** Which build this is, to tell whether what an earlier helper has left in the kernel is what this one would put there. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** Of an installation, whose code and data are all in the one file that this is a part of. A source tree is never what it was. */
export function buildIdentity(file: string = import.meta.filename): string {
  if (extname(file) === '.ts') return randomUUID();
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
