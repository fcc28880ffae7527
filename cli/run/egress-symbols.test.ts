import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Manifest } from '../../core/manifest/index.ts';
import { egressSymbols } from './egress-symbols.ts';
import { npmHosts, pipHosts } from './package-hosts.ts';
import type { Setting } from './settings-file.ts';

const manifest = (egress: string[]): Manifest => ({
  skill_id: 's',
  version: '1',
  permissions: { network: { egress } },
  hashes: {},
});

const folder = mkdtempSync(join(tmpdir(), 'ringfence-hosts-'));
const root = join(folder, 'root');
const home = join(root, 'home/u');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
});

const at = (environment: NodeJS.ProcessEnv = {}): Setting => ({ root, home, environment });

function give(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

const NPM = 'usr/lib/node_modules/npm';
const DEFINITIONS = "  registry: new Definition('registry', {\n    default: 'https://npm.example/',\n    type: url,\n";
const giveNpm = () => give(`${NPM}/node_modules/@npmcli/config/lib/definitions/definitions.js`, DEFINITIONS);
const givePip = () =>
  give(
    'usr/lib/python3/dist-packages/pip/_internal/models/index.py',
    'PyPI = PackageIndex("https://index.example/", file_storage_domain="files.example")\nTestPyPI = PackageIndex(\n',
  );

describe('npm', () => {
  beforeEach(giveNpm);

  test('nobody has set a registry', () => {
    expect(npmHosts(at())).toEqual(['npm.example:443']);
  });

  test.each([
    ['the user', 'home/u/.npmrc'],
    ['the prefix', 'usr/etc/npmrc'],
    ['the one who packed it', `${NPM}/npmrc`],
    ['the machine', 'etc/npmrc'],
  ])('%s has', (_, path) => {
    give(
      path,
      '; a comment\nfund=false\nregistry = "http://mirror.example:4873/npm/"\n@mine:registry=https://other.example\n',
    );
    expect(npmHosts(at())).toEqual(['mirror.example:4873']);
  });

  test('the user’s word goes before the machine’s, and the environment’s before both', () => {
    give('home/u/.npmrc', `registry=https://\${NAME}.example/\n`);
    give('etc/npmrc', 'registry=https://machine.example/\n');
    expect(npmHosts(at({ NAME: 'users' }))).toEqual(['users.example:443']);
    expect(npmHosts(at({ npm_config_registry: 'http://[::1]:4873' }))).toEqual(['[::1]:4873']);
  });

  test('what npm tells its scripts is the project’s', () => {
    const scripts = { npm_config_registry: 'https://evil.example/', npm_lifecycle_event: 'agent' };
    expect(npmHosts(at(scripts))).toEqual(['npm.example:443']);
  });

  test.each(['undefined', 'file:///srv/packages', 'nonsense', `https://\${NOBODY}/`])(
    'set to %j stands for nothing',
    (text) => {
      give('home/u/.npmrc', `registry=${text}\n`);
      expect(npmHosts(at())).toEqual([]);
    },
  );

  test('as the guest of a version manager, as Debian packs it, and not at all', () => {
    rmSync(join(root, 'usr'), { recursive: true });
    expect(npmHosts(at())).toEqual([]);
    give('usr/share/nodejs/npm/package.json', '{}');
    give('usr/share/nodejs/@npmcli/config/lib/definitions/definitions.js', DEFINITIONS);
    expect(npmHosts(at())).toEqual(['npm.example:443']);
    rmSync(join(root, 'usr'), { recursive: true });
    give('home/u/.nvm/versions/node/v22.1.0/lib/node_modules/npm/lib/utils/config/definitions.js', DEFINITIONS);
    expect(npmHosts(at())).toEqual(['npm.example:443']);
  });
});

describe('pip', () => {
  beforeEach(givePip);

  test('nobody has set an index: its own, and where that one’s files are', () => {
    expect(pipHosts(at())).toEqual(['index.example:443', 'files.example:443']);
  });

  test.each([
    ['home/u/.config/pip/pip.conf', '[global]\nindex-url = https://mirror.example/simple\n'],
    ['home/u/.pip/pip.conf', '[install]\nindex-url=https://mirror.example/simple\n'],
    ['etc/xdg/pip/pip.conf', '# ours\n[global]\ntimeout = 60\nindex-url = https://mirror.example/simple\n'],
    ['etc/pip.conf', '[global]\nindex-url = https://mirror.example/simple\n[install]\nno-deps = yes\n'],
  ])('%s has one', (path, text) => {
    give(path, text);
    expect(pipHosts(at())).toEqual(['mirror.example:443']);
  });

  test('the environment’s word goes before files’, and what a project names is not its word', () => {
    give('etc/pip.conf', '[global]\nindex-url = https://mirror.example/simple\n');
    expect(pipHosts(at({ PIP_INDEX_URL: 'http://127.0.0.1:3141/simple' }))).toEqual(['127.0.0.1:3141']);
    give('project.conf', '[global]\nindex-url = https://evil.example/simple\n');
    expect(pipHosts(at({ PIP_CONFIG_FILE: join(root, 'project.conf') }))).toEqual(['mirror.example:443']);
  });

  test('is not there', () => {
    rmSync(join(root, 'usr'), { recursive: true });
    expect(pipHosts(at())).toEqual([]);
  });
});

test('a symbol stands for what its tool fetches from, and nothing is looked for that the manifest does not name', () => {
  giveNpm();
  givePip();
  expect(egressSymbols(manifest(['@pypi', '@npm', '192.0.2.1:443']), at())).toEqual({
    '@npm': 'npm.example:443',
    '@pypi': 'index.example:443 files.example:443',
  });
  expect(egressSymbols(manifest(['@pypi']), at())).toEqual({ '@pypi': 'index.example:443 files.example:443' });
  rmSync(join(root, 'usr'), { recursive: true });
  expect(egressSymbols(manifest(['@npm']), at())).toEqual({});
});

describe('beside the tools themselves', () => {
  test('npm names the same registry', () => {
    const npm = execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
    const clean = { PATH: process.env.PATH, HOME: home };
    const said = execFileSync('npm', ['config', 'get', 'registry'], { cwd: '/', encoding: 'utf8', env: clean });
    // wherever this machine has it
    mkdirSync(join(root, 'usr/lib'), { recursive: true });
    execFileSync('cp', ['-r', join(npm, '../../..'), join(root, 'usr/lib/node_modules')]);
    const etc = join(npm, '../../../../../etc/npmrc');
    if (existsSync(etc)) give('usr/etc/npmrc', readFileSync(etc, 'utf8'));
    expect(npmHosts(at())).toEqual([`${new URL(said).hostname}:443`]);
  });

  test('pip names the same index', () => {
    const environment = join(home, '.pyenv/versions/3');
    execFileSync('python3', ['-m', 'venv', environment], { stdio: 'ignore' });
    const ask = 'from pip._internal.models.index import PyPI as p; print(p.simple_url, p.file_storage_domain)';
    const said = execFileSync(join(environment, 'bin/python3'), ['-I', '-c', ask], { encoding: 'utf8' });
    const [index = '', files] = said.trim().split(' ');
    expect(pipHosts(at())).toEqual([`${new URL(index).hostname}:443`, `${files}:443`]);
  }, 120_000);
});

test('what an agent or a repository has put into the workspace opens and runs nothing', () => {
  const workspace = join(home, 'project');
  const marks = join(folder, 'marks');
  const planted = join(workspace, 'node_modules/.bin');
  for (const place of [planted, join(workspace, 'pip/_internal/models')]) mkdirSync(place, { recursive: true });
  writeFileSync(join(workspace, '.npmrc'), 'registry=https://evil.example/\n');
  writeFileSync(join(workspace, 'package.json'), '{}');
  writeFileSync(join(workspace, 'pip/__init__.py'), `open(${JSON.stringify(marks)}, "a").write("ran ")\n`);
  const tool = `#!/bin/sh\necho ran >> ${marks}\necho https://evil.example/\n`;
  for (const name of ['npm', 'node', 'pip', 'python3']) writeFileSync(join(planted, name), tool, { mode: 0o755 });
  const PATH = `${planted}:${process.env.PATH}`;
  const where = {
    cwd: workspace,
    encoding: 'utf8',
    env: { ...process.env, HOME: home, PYTHONPATH: workspace },
  } as const;
  const asNpmRuns = { ...where, env: { ...where.env, PATH } };
  const ran = () => {
    const did = existsSync(marks);
    rmSync(marks, { force: true });
    return did;
  };
  // controls: tools that are asked there say it, and run what lies there
  expect(execFileSync('npm', ['config', 'get', 'registry'], where)).toContain('evil.example');
  execFileSync('python3', ['-c', 'import pip'], where);
  expect(ran()).toBe(true);
  expect(execFileSync('npm', ['config', 'get', 'registry'], asNpmRuns)).toContain('evil.example');
  expect(ran()).toBe(true);
  const program = [
    `import { egressSymbols } from ${JSON.stringify(join(import.meta.dirname, 'egress-symbols.ts'))};`,
    "const permissions = { network: { egress: ['@npm', '@pypi'] } };",
    'console.log(JSON.stringify(egressSymbols({ permissions })));',
  ];
  const found = execFileSync(process.execPath, ['--input-type=module', '-e', program.join('\n')], asNpmRuns);
  expect(found).toMatch(/^\{/);
  expect(found).not.toContain('evil');
  expect(ran()).toBe(false);
});
