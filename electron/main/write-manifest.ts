/** Puts a signed manifest where the old one lies: whole or not at all, and never through a link. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** @returns why it was not written, in words */
export async function writeManifest(path: string, text: string): Promise<Result<void, string>> {
  const folder = dirname(path);
  const fresh = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const present = await lstat(path);
    if (!present.isFile()) return failure(`${path} is not a plain file`);
    if ((await realpath(folder)) !== folder) return failure(`${folder} is reached through a link`);
    const file = await open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, present.mode & 0o777);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
    return success(undefined);
  } catch (error) {
    await rm(fresh, { force: true });
    return failure((error as Error).message);
  }
}
