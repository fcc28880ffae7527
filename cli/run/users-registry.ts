/**
 * The registry that a user's own `.npmrc` names, for npm in a session: it finds that file closed, as it holds the user's token. Never a token: what
 * could have one in it is not passed.
 */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fitsVariable } from '../../core/manifest/index.ts';
import { isText, type Setting, settingsIn } from './settings-file.ts';

const VARIABLE = 'npm_config_registry';
/** npm takes any letter case. Whoever names another file for the user's means that one. */
const SAID = /^npm_config_(registry|userconfig)$/i;

/** Letters and digits in one long word, as tokens are written into the paths of some registries. */
const LIKE_A_TOKEN = /(?=[^/]*[0-9])(?=[^/]*[a-z])[^/]{16,}/i;

/** The variable that says it; `directory` without links. None where the environment, the manifest's `deny` or a project around `directory` has its own word. */
export function usersRegistry(
  at: Setting,
  directory: string,
  denied: readonly string[],
): Readonly<Record<string, string>> {
  const isSaid = Object.keys(at.environment).some((name) => SAID.test(name));
  if (isSaid || denied.some((pattern) => fitsVariable(VARIABLE, pattern))) return {};
  const home = realFolder(at.home);
  if (home === null) return {};
  if (foldersUpTo(home, directory).some((folder) => settingsIn(join(folder, '.npmrc')).registry !== undefined)) {
    return {};
  }
  const { registry } = settingsIn(join(home, '.npmrc'));
  return isText(registry) && isPlain(registry) ? { [VARIABLE]: registry } : {};
}

function realFolder(path: string): string | null {
  try {
    return path.startsWith('/') ? realpathSync(path) : null;
  } catch {
    return null; // not there
  }
}

/** The directory and all above it, but not the home nor what is above that. */
function foldersUpTo(home: string, directory: string): string[] {
  if (directory === home) return [];
  const above = dirname(directory);
  return above === directory ? [directory] : [directory, ...foldersUpTo(home, above)];
}

/** An address that npm can use and that says nothing but where. `${…}` stands for a variable, which may be a secret. */
function isPlain(registry: string): boolean {
  if (registry.includes('${') || !URL.canParse(registry)) return false;
  const { protocol, username, password, pathname } = new URL(registry);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' && !/[?#]/.test(registry) && !LIKE_A_TOKEN.test(pathname);
}
