/** What `$WORKSPACE` stands for: the project one works in, and never a place that holds everything. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** True when inner is outer or lies below it. */
function contains(outer: string, inner: string): boolean {
  return outer === inner || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

/** A home, `/`, and everything above or inside a protected location are no places to hand to an agent. */
export function isFitForAgents(path: string, homes: readonly string[], locations: readonly string[]): boolean {
  if (homes.some((home) => contains(path, home))) return false;
  return !locations.some((location) => contains(path, location) || contains(location, path));
}

/** The git top level of a directory, else the directory itself. */
export function projectOf(directory: string): string {
  for (let at = directory; at !== '/'; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
  }
  return directory;
}

/** Null when the working directory is no place to hand over; then `$WORKSPACE` is empty and the person is told. */
export function workspaceOf(directory: string, homes: readonly string[], locations: readonly string[]): string | null {
  return [projectOf(directory), directory].find((path) => isFitForAgents(path, homes, locations)) ?? null;
}
