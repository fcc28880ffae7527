import { readFileSync } from 'node:fs';

/** Who a worker runs as. */
export type WorkerUser = { readonly uid: number; readonly gid: number };

const NAME = 'ringfence-worker';

/** Owns nothing on any Linux (`nobody`); the kernel's own overflow id. */
const NOBODY: WorkerUser = { uid: 65_534, gid: 65_534 };

/** The user that the package makes for workers; without it, nobody. null: we are not root and stay who we are. */
export function workerUser(passwdFile = '/etc/passwd'): WorkerUser | null {
  if (process.geteuid?.() !== 0) return null;
  const line = readFileSync(passwdFile, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${NAME}:`));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  return uid !== undefined && gid !== undefined && uid > 0 && gid > 0 ? { uid, gid } : NOBODY;
}
