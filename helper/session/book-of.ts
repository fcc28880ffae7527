/** What is written of sessions speaks of one set of the kernel's maps: of another one nothing in it is true. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The maps that are in force. */
export interface MapsInForce {
  readonly instance: string;
  readonly resumed: boolean;
}

/** The folder, without what was written for other maps. */
export function bookOf({ instance, resumed }: MapsInForce, directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const note = join(directory, 'maps');
  const known = existsSync(note) ? readFileSync(note, 'utf8') : null;
  const isOurs = known === null ? resumed : known === instance;
  if (!isOurs) for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  writeFileSync(note, instance, { mode: 0o600 });
  return directory;
}
