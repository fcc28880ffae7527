/**
 * Folders of a home that every program takes to be there. Starters let an agent write below some of them and make none: a link in such a place
 * would lead the person's own programs to whatever the agent wrote.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['.cache', '.config', '.local', '.local/share', '.local/state', '.npm'];
/** As the base directory specification has it; npm's are as its user's others. */
const MODE = 0o700;

/** Makes those that are missing, as whoever starts the agent. One that cannot be made the agent will miss, and say so. */
export function makeUsualFolders(home: string): void {
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const folder of FOLDERS) {
    try {
      mkdirSync(join(home, folder), { mode: MODE });
    } catch {
      // there already, whatever it is, or not to be made
    }
  }
}
