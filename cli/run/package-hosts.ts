/**
 * Where npm and pip fetch packages, as whoever starts the agent has set them up. Read, and not asked of the tools: these would run with all rights of
 * their user, and load what an agent may have left for them (a module beside it, compiled code in a cache, a program of their name).
 */
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isText, type Setting, settingsIn, textOf } from './settings-file.ts';

export const here = (): Setting => ({ root: '/', home: homedir(), environment: process.env });

/** Where npm itself lies; no starter lets an agent write there. The first one speaks for all: they come with the same registry. */
const NPM = [
  '/usr/{lib,local/lib}/node_modules/npm',
  '/usr/share/nodejs/npm',
  '~/.nvm/versions/node/*/lib/node_modules/npm',
  '~/.local/share/fnm/node-versions/*/installation/lib/node_modules/npm',
  '~/.volta/tools/image/{npm/*,node/*/lib/node_modules/npm}',
  '~/.asdf/installs/nodejs/*/lib/node_modules/npm',
  '~/.local/share/mise/installs/node/*/lib/node_modules/npm',
];
const NPM_DEFINITIONS = [
  'node_modules/@npmcli/config/lib/definitions/definitions.js',
  '../@npmcli/config/lib/definitions/definitions.js',
  'lib/utils/config/definitions.js',
];
const NPM_DEFAULT = /\('registry', \{\s*default: '([^']+)'/;

const PYTHON_PACKAGES = 'lib/python3*/{site,dist}-packages/pip';
const PIP = [
  '/usr/lib/python3/dist-packages/pip',
  `/usr/{,local/}${PYTHON_PACKAGES}`,
  `~/.local/${PYTHON_PACKAGES}`,
  `~/.pyenv/versions/*/${PYTHON_PACKAGES}`,
  `~/{miniconda3,anaconda3,miniforge3}/${PYTHON_PACKAGES}`,
  `~/.local/share/uv/python/*/${PYTHON_PACKAGES}`,
];
const PIP_DEFAULT = /^PyPI = PackageIndex\(\s*"([^"]+)",\s*file_storage_domain="([^"]+)"/m;

/** `host:port` of npm's registry; none where nothing says which. Not what a project's own `.npmrc` says: an agent could have written it. */
export function npmHosts(at: Setting): string[] {
  const { environment, home } = at;
  const roots = found(NPM, at);
  const globals = roots.flatMap((npm) => [join(npm, '../../../etc/npmrc'), join(npm, 'npmrc')]);
  const files = [join(home, '.npmrc'), ...globals, join(at.root, 'etc/npmrc'), join(at.root, 'usr/local/etc/npmrc')];
  // npm tells its scripts what a project has set as well
  const isNpms = environment.npm_execpath !== undefined || environment.npm_lifecycle_event !== undefined;
  const said = isNpms ? undefined : (environment.npm_config_registry ?? environment.NPM_CONFIG_REGISTRY);
  const set = [said, ...files.map((file) => settingsIn(file).registry)].find(isText);
  const own = () => firstIn(roots, NPM_DEFINITIONS, NPM_DEFAULT)?.[0] ?? '';
  return hostOf(set === undefined ? own() : withVariables(set, environment));
}

/** The same of pip's index (not what `PIP_CONFIG_FILE` names, which is how projects bring their own), and the host that keeps the files of the one that pip comes with. */
export function pipHosts(at: Setting): string[] {
  const { environment, home, root } = at;
  const files = [
    join(environment.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip/pip.conf'),
    join(home, '.pip/pip.conf'),
    join(root, 'etc/xdg/pip/pip.conf'),
    join(root, 'etc/pip.conf'),
  ];
  const settings = files.map(settingsIn);
  const inFiles = ['install', 'global'].flatMap((section) => settings.map((one) => keyOf(one[section], 'index-url')));
  const set = [environment.PIP_INDEX_URL, ...inFiles].find(isText);
  if (set !== undefined) return hostOf(set);
  const [index = '', storage = ''] = firstIn(found(PIP, at), ['_internal/models/index.py'], PIP_DEFAULT) ?? [];
  return [...hostOf(index), ...(storage === '' ? [] : hostOf(`https://${storage}`))];
}

function found(patterns: readonly string[], { root, home }: Setting): string[] {
  return patterns.flatMap((pattern) =>
    globSync(pattern.startsWith('~') ? home + pattern.slice(1) : join(root, pattern)),
  );
}

/** What the first file that fits has in the groups of `pattern`. */
function firstIn(folders: readonly string[], names: readonly string[], pattern: RegExp): string[] | null {
  for (const file of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    const groups = pattern.exec(textOf(file));
    if (groups) return groups.slice(1);
  }
  return null;
}

function keyOf(section: unknown, key: string): unknown {
  return typeof section === 'object' && section !== null ? (section as Record<string, unknown>)[key] : undefined;
}

/** `${NAME}` in a setting of npm's. */
function withVariables(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => environment[name] ?? '');
}

/** `host:port` of a URL; nothing when it is none that can be reached. */
function hostOf(text: string): string[] {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const port = url?.port || (url?.protocol === 'https:' ? '443' : url?.protocol === 'http:' ? '80' : '');
  return url === null || port === '' || url.hostname === '' ? [] : [`${url.hostname}:${port}`];
}
