/** Which folder the helper will take for the workspace, to be said where it is not the one that the person sees. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadLocations } from '../../core/policy/locations.ts';

/** As helper/session/workspace.ts has it, for this user; null: there is none. `directory` without links. */
export function workspaceOf(directory: string, home: string): string | null {
  const locations = home.startsWith('/') ? loadLocations(home).map(({ path }) => path) : [];
  const isFit = (path: string) =>
    !isWithin(path, home) && !locations.some((location) => isWithin(path, location) || isWithin(location, path));
  return [projectOf(directory), directory].find(isFit) ?? null;
}

/** One sentence; null where the workspace is the current directory as the person sees it. */
export function shownWorkspace(directory: string, environment: NodeJS.ProcessEnv, home: string): string | null {
  const workspace = workspaceOf(directory, home);
  const seen = seenDirectory(directory, environment.PWD ?? '');
  if (workspace === null || workspace === seen) return null;
  if (workspace === directory) return `the workspace is ${workspace}, where ${seen} leads`;
  return `the workspace is ${workspace}, which has a .git, and not ${seen} alone`;
}

/** True when inner is outer or lies below it. */
export function isWithin(outer: string, inner: string): boolean {
  return outer === inner || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

function projectOf(directory: string): string {
  for (let at = directory; at !== '/'; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
  }
  return directory;
}

/** What the shell calls the current directory. A PWD that leads elsewhere is of some other program's. */
function seenDirectory(directory: string, called: string): string {
  try {
    return called.startsWith('/') && realpathSync(called) === directory ? resolve(called) : directory;
  } catch {
    return directory; // not there any more
  }
}
