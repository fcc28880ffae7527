import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usersRegistry } from './users-registry.ts';

let home: string;
let work: string;
const URL_OF_USER = 'https://registry.example/npm/';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-registry-'));
  work = join(home, 'project/src');
  mkdirSync(work, { recursive: true });
  give('.npmrc', `//registry.example/npm/:_authToken=secret\nregistry = "${URL_OF_USER}"\n`);
});
afterEach(() => rmSync(home, { recursive: true }));

const give = (path: string, text: string) => writeFileSync(join(home, path), text);
const said = (environment: NodeJS.ProcessEnv = {}, denied: readonly string[] = []) =>
  usersRegistry({ root: home, home, environment }, work, denied);

test('what the user’s own file says, and nothing beside it', () => {
  expect(said()).toEqual({ npm_config_registry: URL_OF_USER });
});

test.each(['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'Npm_Config_Registry', 'npm_config_userconfig'])(
  'not where the environment has %s',
  (name) => {
    expect(said({ [name]: 'https://other.example/' })).toEqual({});
    expect(said({ [name]: '' })).toEqual({});
  },
);

test.each(['npm_config_registry', 'npm_config_*', '*'])('not where the manifest denies %s', (denied) => {
  expect(said({}, ['AWS_*', denied])).toEqual({});
});

test.each(['project/src/.npmrc', 'project/.npmrc'])('not where %s sets one', (path) => {
  give(path, 'fund=false\n@mine:registry=https://mine.example/\n');
  expect(said()).toEqual({ npm_config_registry: URL_OF_USER });
  give(path, 'registry=https://project.example/\n');
  expect(said()).toEqual({});
});

test('in the home itself its file is the user’s, and what lies above the home is nobody’s', () => {
  expect(usersRegistry({ root: home, home, environment: {} }, home, [])).toEqual({ npm_config_registry: URL_OF_USER });
  const inner = { root: home, home: join(home, 'project'), environment: {} };
  give('project/.npmrc', 'registry=https://inner.example/\n');
  expect(usersRegistry(inner, work, [])).toEqual({ npm_config_registry: 'https://inner.example/' });
});

test('a home that is called otherwise is the same one', () => {
  const link = `${home}-link`;
  symlinkSync(home, link);
  const byLink = usersRegistry({ root: home, home: `${link}/`, environment: {} }, work, []);
  rmSync(link);
  expect(byLink).toEqual({ npm_config_registry: URL_OF_USER });
});

test('no home, no registry', () => {
  expect(usersRegistry({ root: home, home: '', environment: {} }, work, [])).toEqual({});
});

test('a FIFO in the place of a project’s file holds nothing up', () => {
  execFileSync('mkfifo', [join(work, '.npmrc')]);
  expect(said()).toEqual({ npm_config_registry: URL_OF_USER });
});

test.each([
  '',
  'undefined',
  'nonsense',
  'file:///srv/packages',
  'https://user:secret@registry.example/',
  'https://user@registry.example/',
  'https://registry.example/?token=secret',
  '"https://registry.example/#secret"',
  `https://registry.example/\${NPM_TOKEN}/npm/`,
  'https://registry.example/aB3dE5fG7hJ9kL1m/npm/',
])('set to %j it is not passed', (text) => {
  give('.npmrc', `registry=${text}\n`);
  expect(said({ NPM_TOKEN: 'secret' })).toEqual({});
});

test('no file, no registry', () => {
  rmSync(join(home, '.npmrc'));
  expect(said()).toEqual({});
});
