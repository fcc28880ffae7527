/** What starters grant in the home, and what of it no task has needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/root.ts';
import { parseManifest } from '../../core/manifest/index.ts';
import type { Agent } from './agent.ts';
import type { GuardedCell } from './guarded-cell.ts';
import { TASKS } from './tasks/task.ts';

/** Most are of toolchains that a guest does not have, and that somebody's machine may have any of. */
export const MOST_UNUSED = 30;
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

/** What is wrong with a starter whose agent has done all of its everyday work; null: nothing, or not all of it is done. */
export function excess(
  { name, starter }: Pick<Agent, 'name' | 'starter'>,
  cells: readonly GuardedCell[],
): string | null {
  const own = cells.filter(({ agent, kind, seconds }) => agent === name && kind === 'benign' && seconds.length > 0);
  const all = TASKS.filter(({ kind, without }) => kind === 'benign' && !(name in without));
  if (own.length < all.length) return null;
  const unused = unusedGrants(starter, own);
  if (unused.length <= MOST_UNUSED) return null;
  return `${name}: no task used ${unused.length} places that its starter grants in the home, more than ${MOST_UNUSED}: ${unused.join(', ')}`;
}
