import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { GUEST_CACHE } from './checkout.ts';

/** Files of this machine that no guest may see, and one that it must see, which proves that the looking works. */
export type Canaries = Disposable & { hidden: readonly string[]; shown: string };

/** Where a contributor's and a machine's own things lie. */
const PLACES = ['/root', '/run', '/var/lib'];

/** Every hidden file is one that this program itself just read; where it may not write there is nothing to plant. */
export function plantCanaries(): Canaries {
  const name = `.ringfence-canary-${randomBytes(6).toString('hex')}`;
  const planted = [...new Set([homedir(), ...PLACES])].map((place) => join(place, name)).filter(plant);
  const shownDirectory = join(GUEST_CACHE, 'canary');
  mkdirSync(shownDirectory, { recursive: true });
  const shown = join(shownDirectory, name);
  plant(shown);
  return {
    hidden: [...planted, ...['/etc/shadow'].filter(isReadable)],
    shown,
    [Symbol.dispose]: () => {
      for (const path of [...planted, shown]) rmSync(path, { force: true });
    },
  };
}

function plant(path: string): boolean {
  try {
    writeFileSync(path, 'canary\n', { flag: 'wx', mode: 0o644 });
    return isReadable(path);
  } catch {
    return false;
  }
}

function isReadable(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
