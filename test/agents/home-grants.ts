/** What starters grant in the home, and what of it no task has needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { parseManifest } from '../../core/manifest/index.ts';
import type { GuardedCell } from './guarded-cell.ts';

/** Joined with each. */
const EVERYONES = 'base-dev';

/** Entries on places in the home, of the starter and of what is joined with it, as written. */
export function homeGrants(starter: string): string[] {
  return [...new Set([EVERYONES, starter].flatMap(entriesOf))].filter((entry) => entry.startsWith('~')).sort();
}

function entriesOf(name: string): readonly string[] {
  const read = parseManifest(readFileSync(join(ROOT, 'starters', `${name}.json`)));
  if (!read.ok) throw new Error(`${name}: ${read.error.message}`);
  const { filesystem, exec } = read.value.permissions;
  const programs = (exec ?? []).map((entry) => (typeof entry === 'string' ? entry : entry.path));
  return [...(filesystem?.read ?? []), ...(filesystem?.write ?? []), ...programs];
}

export function unusedGrants(starter: string, cells: readonly GuardedCell[]): string[] {
  const used = new Set(cells.flatMap((cell) => cell.used));
  return homeGrants(starter).filter((entry) => !used.has(entry));
}
