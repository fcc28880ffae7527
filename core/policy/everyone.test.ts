import { describe, expect, it } from 'vitest';
import { AGENTS } from './agents.ts';
import { OPERATION_SLOTS } from './automaton/accept.ts';
import { PLACED_LOCATIONS, TRUSTED_PROGRAMS } from './catalogue.ts';
import { INJECTING_VARIABLES } from './environment.ts';
import {
  agentsTables,
  CODE_DEVICE,
  ENVIRONMENT_DEVICE,
  EVERYONE_ROWS,
  entryAt,
  everyoneRow,
  everyoneTables,
  INJECTS,
  INJECTS_WITH_PATH,
  MAX_ROWS,
  type Overrides,
  ownRows,
  trustedFiles,
} from './everyone.ts';
import { utf8 } from './pattern/bytes.ts';
import type { PolicyTables } from './tables.ts';
import { type Operation, operationCode } from './vocabulary.ts';
import { answerOf, walkTables } from './walk-tables.ts';

const DISK = 5;
const RUNTIME = 6;
const MOUNTS = [
  { device: DISK, root: '/', mountpoint: '/', type: 'ext4' },
  { device: RUNTIME, root: '/', mountpoint: '/run/user/1000', type: 'tmpfs' },
];
const PEOPLE = [
  { uid: 1000, home: '/home/u' },
  { uid: 1001, home: '/home/v [x]' },
];
const BELOW = OPERATION_SLOTS - 1;

function compiled(overrides: Overrides = new Map()) {
  const made = everyoneTables(PEOPLE, MOUNTS, overrides);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const { tables, beginnings } = compiled();

function stateAt(of: PolicyTables, path: string, device = DISK): number {
  return walkTables(of, device, path.split('/').filter(Boolean).map(utf8));
}

function wordAt(path: string, operation: Operation, of = tables, device = DISK): string {
  const { verdict, rule } = answerOf(of, stateAt(of, path, device), operation);
  return verdict === 'none' ? verdict : `${verdict} ${everyoneRow(rule)}`;
}

function belowAt(path: string): string {
  const slot = (tables.nodes.accept[stateAt(tables, path)] ?? 0) * OPERATION_SLOTS + BELOW;
  return `${tables.accepts.verdict[slot]} ${everyoneRow(tables.accepts.rule[slot] ?? 0)}`;
}

it.each<[string, Operation, string]>([
  ['/home/u/.ssh/id_rsa', 'read', 'require_approval ssh-keys'],
  ['/home/u/.ssh/known_hosts', 'read', 'none'],
  ['/home/u/.ssh/known_hosts', 'write', 'require_approval ssh-configuration'],
  ['/home/u/.ssh/authorized_keys', 'create', 'require_approval ssh-login'],
  ['/home/v [x]/.aws/credentials', 'read', 'require_approval aws'],
  ['/home/w/.aws/credentials', 'read', 'none'],
  ['/home/u/.aws', 'read', 'none'],
  ['/home/u/.azure/a/b/c', 'delete', 'require_approval azure'],
  ['/home/u/.bashrc', 'write', 'allow shell-start'],
  ['/home/u/.bashrc', 'read', 'none'],
  ['/home/u/work/.npmrc', 'write', 'none'],
  ['/etc/wireguard/wg0.conf', 'read', 'none'],
])('says of %s that %s is %s', (path, operation, word) => {
  expect(wordAt(path, operation)).toBe(word);
});

it('knows runtime directories, as mounts of their own', () => {
  expect(wordAt('/containers/auth.json', 'read', tables, RUNTIME)).toBe('require_approval container-registries');
});

it('goes by overrides, the strictest of several rows first', () => {
  const { tables: other } = compiled(
    new Map([
      ['aws', 'allow'],
      ['browser-wallets', 'deny'],
      ['netrc', 'audit'],
    ] as const),
  );
  const wallet = '/home/u/.config/chromium/Default/Local Extension Settings/x';
  expect(wordAt('/home/u/.aws/credentials', 'read', other)).toBe('none');
  expect(wordAt('/home/u/.netrc', 'read', other)).toBe('allow netrc');
  expect(wordAt(wallet, 'read', other)).toBe('block browser-wallets');
  expect(wordAt(wallet, 'read')).toBe('require_approval chromium');
});

it.each([
  ['/home/u/.aws', '2 aws'],
  ['/home/u/.ssh', '2 ssh-keys'],
  ['/home/u/.local/share', '2'],
  ['/home/u/.claude/projects', '1 claude-transcripts'],
  ['/home/u/work', '0 null'],
  ['/home/u/.cache/x', '0 null'],
])('knows what moving %s takes along', (path, word) => {
  expect(belowAt(path)).toContain(word);
});

it('knows by their first byte the names that lead to places', () => {
  const has = (letter: string) => {
    const byte = letter.charCodeAt(0);
    return ((beginnings[byte >> 3] ?? 0) >> (byte & 7)) & 1;
  };
  expect(['.', 'g', 'M', 's'].map(has)).toEqual([1, 1, 1, 1]);
  expect(['p', 'w', 'D'].map(has)).toEqual([0, 0, 0]);
});

it.each([
  ['LD_PRELOAD', INJECTS],
  ['LD_LIBRARY_PATH', INJECTS],
  ['ELECTRON_RUN_AS_NODE', INJECTS],
  ['BASH_FUNC_ls%%', INJECTS],
  ['GTK_MODULES', INJECTS_WITH_PATH],
  ['GDK_PIXBUF_MODULE_FILE', INJECTS_WITH_PATH],
  ['PYTHONUNBUFFERED', null],
  ['HOME', null],
  ['XLD_PRELOAD', null],
] as const)('tells that %s injects code: %s', (name, operation) => {
  const state = walkTables(tables, ENVIRONMENT_DEVICE, [utf8(name)]);
  expect(entryAt(tables, state, INJECTS) > 0).toBe(operation === INJECTS);
  expect(entryAt(tables, state, INJECTS_WITH_PATH) > 0).toBe(operation === INJECTS_WITH_PATH);
});

it.each([
  ['usercustomize.py', true],
  ['x.cpython-311.pyc', true],
  ['package.json', false],
  ['index.js', false],
])('tells that loading %s loads code: %s', (name, does) => {
  const state = walkTables(tables, CODE_DEVICE, [utf8(name)]);
  expect(entryAt(tables, state, INJECTS) > 0).toBe(does);
});

it('keeps each list of variables free of repeats', () => {
  const names = INJECTING_VARIABLES.flatMap((one) => one.names);
  expect(new Set(names).size).toBe(names.length);
});

it('numbers rows within the room that the kernel has', () => {
  expect(PLACED_LOCATIONS.length).toBeLessThanOrEqual(MAX_ROWS);
  expect(EVERYONE_ROWS.size).toBeGreaterThan(80);
  expect(operationCode('listen')).toBeLessThan(BELOW);
});

it('knows at which rows a trusted program is trusted', () => {
  const rows = trustedFiles()
    .find(({ path }) => path === '/usr/bin/ssh')
    ?.rows.map(everyoneRow);
  expect(rows).toContain('ssh-keys');
  expect(rows).not.toContain('aws');
  expect(trustedFiles().length).toBeGreaterThan(TRUSTED_PROGRAMS.length);
});

describe('what agents are kept from', () => {
  const made = agentsTables(PEOPLE, MOUNTS);
  if (!made.ok) throw new Error(made.error.message);
  const agents = made.value;

  it.each<[string, Operation, string]>([
    ['/home/u/.aws/credentials', 'read', 'block aws'],
    ['/home/u/.claude/.credentials.json', 'read', 'block claude-credentials'],
    ['/home/u/.local/bin/x', 'write', 'require_approval programs-of-the-person'],
    ['/home/u/.bashrc', 'write', 'block shell-start'],
    // by identity
    ['/home/u/.ssh/id_rsa', 'read', 'none'],
    ['/home/u/work/a', 'write', 'none'],
  ])('says of %s that %s is %s', (path, operation, word) => {
    expect(wordAt(path, operation, agents)).toBe(word);
  });

  it('knows what is an agent’s own', () => {
    const own = (command: string) =>
      ownRows(AGENTS.find((agent) => agent.command === command) as (typeof AGENTS)[number]).map(everyoneRow);
    expect(own('claude')).toContain('claude-credentials');
    expect(own('claude')).not.toContain('codex-credentials');
    expect(own('cn')).toContain('more-agent-credentials');
    expect(own('pi')).toEqual([]);
  });
});
