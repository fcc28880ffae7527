/** Puts a signed manifest where the old one lies: whole or not at all, and never through a link. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { failure, type Result, success } from '../../core/result.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** @returns why it was not written, in words */
export async function writeManifest(path: string, text: string): Promise<Result<void, string>> {
  let folder: FileHandle | null = null;
  try {
    folder = await open(dirname(path), O_RDONLY | O_DIRECTORY);
    return await writeIn(folder, path, text);
  } catch (error) {
    return failure((error as Error).message);
  } finally {
    await folder?.close();
  }
}

/** Whatever takes the folder's place in the meantime, everything is done in the one that was looked at. */
async function writeIn(folder: FileHandle, path: string, text: string): Promise<Result<void, string>> {
  const here = `/proc/self/fd/${folder.fd}`;
  const name = basename(path);
  if ((await readlink(here)) !== dirname(path)) return failure(`${dirname(path)} is reached through a link`);
  const present = await lstat(join(here, name));
  if (!present.isFile()) return failure(`${path} is not a plain file`);
  const fresh = join(here, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, present.mode & 0o777);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, join(here, name));
    return success(undefined);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
