import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluate, evaluateAddress } from '../policy/evaluate.ts';
import { agentProgram } from '../policy/holds.ts';
import { loadLocations } from '../policy/locations.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import { lintManifest } from './lint.ts';
import { NOMINAL_CONTEXT, whereItApplies } from './nominal-context.ts';
import { secretFiles } from './secret-places.ts';
import { formatManifest } from './sign.ts';
import { type Starter, starterFor, startersFrom } from './starter.ts';

const FOLDER = join(import.meta.dirname, '../../starters');
const FILES = readdirSync(FOLDER).map((name) => ({ name, bytes: readFileSync(join(FOLDER, name)) }));

function all(): Starter[] {
  const read = startersFrom(FILES);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const bytesOf = (value: object) => new TextEncoder().encode(JSON.stringify(value));
const manifest = (skill_id: string, permissions: object, more: object = {}) => ({
  name: `${skill_id}.json`,
  bytes: bytesOf({ skill_id, version: '1.0.0', permissions, hashes: {}, ...more }),
});

test('there is one for each agent that people know', () => {
  const ids = all().map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining([
      ...['claude-code', 'codex', 'gemini-cli', 'openclaw', 'cursor-agent', 'aider', 'opencode', 'goose', 'cline'],
      ...['pi', 'mcp-npx', 'mcp-uvx', 'python-agent'],
    ]),
  );
});

test('no command has two', () => {
  const programs = all().flatMap(({ agents }) => agents);
  expect(new Set(programs).size).toBe(programs.length);
});

test.each([
  [['claude', '-p', 'x'], 'claude-code'],
  [['/home/u/.nvm/versions/node/v24/bin/codex'], 'codex'],
  [['npx', 'openclaw'], 'openclaw'],
  [['node', 'tool.js'], undefined],
  [[], undefined],
])('%s starts %s', (command, id) => {
  expect(starterFor(agentProgram(command), all())?.id).toBe(id);
});

describe.each(all())('$id', (starter) => {
  const text = formatManifest({ ...starter.manifest, hashes: {} });
  const bound = whereItApplies(starter.manifest, NOMINAL_CONTEXT);
  const made = policyFromManifest(bound.manifest, bound.context);
  if (!made.ok) throw new Error(made.error.message);
  const policy = made.value;
  const { home, workspace } = bound.context;
  const may = (operation: 'read' | 'write' | 'exec', path: string) =>
    evaluate(policy, loadLocations(home), { operation, path: path as never }).verdict;

  test('lint finds nothing but secrets that are its own', () => {
    const found = lintManifest({ bytes: new TextEncoder().encode(text), entries: null, now: 0 });
    expect(found.filter(({ code }) => code !== 'reaches-secrets')).toEqual([]);
  });

  test('of places that hold secrets it reads none but what it keeps itself', () => {
    const read = secretFiles(home).filter((path) => may('read', path) === 'allow');
    expect(read.filter((path) => may('write', path) !== 'allow')).toEqual([]);
    const foreign = [
      '.ssh/id_rsa',
      '.aws/credentials',
      '.npmrc',
      '.netrc',
      '.config/gh/hosts.yml',
      '.gnupg/x',
      '.kube/config',
    ];
    expect(
      foreign.filter((path) => ['read', 'write'].some((one) => may(one as 'read', `${home}/${path}`) !== 'block')),
    ).toEqual([]);
  });

  test('shared memory is its own: what browsers and the desktop app are painted in is others’', () => {
    const foreign = ['.org.chromium.Chromium.Ab12Cd', '.com.google.Chrome.x', 'org.mozilla.ipc.77.1', 'pulse-shm-4'];
    for (const name of foreign)
      expect([may('read', `/dev/shm/${name}`), may('write', `/dev/shm/${name}`)], name).toEqual(['block', 'block']);
    expect(may('write', '/dev/shm/sem.mp-1')).toBe('allow');
  });

  test('the project’s own secrets are asked about, what is run later on as well', () => {
    for (const path of ['.env', 'a/.env.local', 'a/b/.env'])
      expect(may('read', `${workspace}/${path}`)).toBe('require_approval');
    expect(may('write', `${workspace}/.git/hooks/pre-commit`)).toBe('require_approval');
    for (const path of [
      '.bashrc',
      '.profile',
      '.config/autostart/x.desktop',
      '.config/systemd/user/x.service',
      '.local/bin/x',
    ])
      expect(may('write', `${home}/${path}`), path).toBe('block');
  });

  test.each([
    '.mcp.json',
    '.claude/settings.json',
    '.claude/settings.local.json',
    '.claude/commands/x.md',
    '.codex/config.toml',
    '.gemini/settings.json',
    '.gemini/extensions/x/gemini-extension.json',
    '.qwen/settings.json',
    '.cursor/mcp.json',
    '.cursor/hooks.json',
    'opencode.json',
    'opencode.jsonc',
    '.opencode/plugin/x.js',
    '.pi/settings.json',
    '.vscode/tasks.json',
    '.vscode/mcp.json',
    '.idea/workspace.xml',
    '.devcontainer/devcontainer.json',
  ])('what agents and editors run by themselves in the project is asked about: %s', (path) => {
    expect(may('write', `${workspace}/${path}`)).toBe('require_approval');
  });

  test('it works in the project, and runs nothing new without asking', () => {
    expect([may('read', `${workspace}/a`), may('write', `${workspace}/a`)]).toEqual(['allow', 'allow']);
    expect(may('exec', '/usr/bin/git')).toBe('allow');
    expect([may('exec', `${workspace}/a`), may('exec', '/usr/bin/sudo'), may('exec', '/usr/bin/ssh')]).toEqual([
      'require_approval',
      'require_approval',
      'require_approval',
    ]);
  });

  test('what it names runs by whatever links the system has for it', () => {
    const ends: Record<string, string> = {
      '/usr/bin/cc': '/usr/bin/x86_64-linux-gnu-gcc-14',
      '/usr/bin/npm': '/srv/npm/npm-cli.js',
      '/usr/bin/docker': '/srv/docker',
    };
    const linked = policyFromManifest(bound.manifest, { ...bound.context, links: new Map(Object.entries(ends)) });
    if (!linked.ok) throw new Error(linked.error.message);
    const runs = Object.values(ends).map(
      (path) => evaluate(linked.value, loadLocations(home), { operation: 'exec', path: path as never }).verdict,
    );
    expect(runs).toEqual(['allow', 'allow', 'require_approval']);
  });

  test('servers of its own on loopback: at some ports, at others after asking, nowhere else', () => {
    const at = (operation: 'connect' | 'listen', address: string, port: number) =>
      evaluateAddress(policy, operation, { address, port, protocol: 'tcp' }).verdict;
    expect(['127.0.0.1', '::1'].map((address) => at('listen', address, 28000))).toEqual(['allow', 'allow']);
    expect(at('connect', '127.0.0.1', 28099)).toBe('allow');
    expect([at('listen', '127.0.0.1', 3000), at('connect', '127.0.0.1', 3000)]).toEqual([
      'require_approval',
      'require_approval',
    ]);
    expect([at('listen', '127.0.0.1', 9999), at('listen', '0.0.0.0', 28000)]).toEqual(['block', 'block']);
    const sorting = { address: '127.0.0.1', port: 0, protocol: 'udp' } as const;
    expect(evaluateAddress(policy, 'connect', sorting).verdict).toBe('allow');
    expect(evaluateAddress(policy, 'connect', { ...sorting, port: 1 }).verdict).toBe('require_approval');
  });

  test('it asks for no mode, no broad grant and no socket of those who act for the person', () => {
    const { mode, permissions } = starter.manifest;
    expect([mode, permissions.broad, permissions.unix_sockets]).toEqual([undefined, undefined, undefined]);
  });
});

describe('reading them', () => {
  const base = manifest('base-dev', { exec: ['/usr/bin/git'], filesystem: { read: ['/opt/x'] } });

  test('joins lists, each entry once, its own first', () => {
    const own = manifest('one', { exec: ['/usr/bin/node', '/usr/bin/git'] }, { applies_to: { agents: ['one'] } });
    const read = startersFrom([own, base]);
    expect(read.ok && read.value).toMatchObject([
      {
        id: 'one',
        agents: ['one'],
        manifest: { permissions: { exec: ['/usr/bin/node', '/usr/bin/git'], filesystem: { read: ['/opt/x'] } } },
      },
    ]);
  });

  test.each([
    ['without the base', [manifest('one', {})], 'no base-dev'],
    ['under another name', [base, { ...manifest('one', {}), name: 'two.json' }], 'its skill_id is one'],
    ['with an unknown permission', [base, manifest('one', { everything: true })], 'one.json'],
  ])('%s it is refused', (_, files, words) => {
    const read = startersFrom(files);
    expect(read.ok ? '' : read.error).toContain(words);
  });
});
