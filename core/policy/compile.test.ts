import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { pathComponents } from './host-path.ts';
import { COMPILE_LIMITS, type CompileLimits, MAX_RULES } from './limits.ts';
import { byteKey } from './pattern/bytes.ts';
import type { Policy } from './rule.ts';
import { type Mount, NODE_ABSORBING, OUTCOME_EDGE, type PolicyTables } from './tables.ts';
import { originOf, policyOf } from './testing/generated-policy.ts';
import { operationCode, PATH_OPERATIONS } from './vocabulary.ts';
import { answerOf, walkTables } from './walk-tables.ts';

const ROOT_MOUNT: Mount = { device: 1, root: '/', mountpoint: '/', type: 'ext4' };

function reading(...patterns: string[]): Policy {
  return policyOf(patterns.map((pattern) => ({ effect: 'allow', operations: ['read'], pattern })));
}

function tablesOf(policy: Policy, mounts: readonly Mount[] = [ROOT_MOUNT]): PolicyTables {
  const tables = compile(policy, mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  return tables.value;
}

function ruleAt(tables: PolicyTables, path: string, device = 1): number {
  return answerOf(tables, walkTables(tables, device, pathComponents(path)), 'read').rule;
}

function errorOf(policy: Policy, limits: Partial<CompileLimits> = {}, mounts: readonly Mount[] = [ROOT_MOUNT]) {
  const tables = compile(policy, mounts, { ...COMPILE_LIMITS, ...limits });
  return tables.ok ? null : tables.error;
}

test('state 0 is dead, and says block', () => {
  const { nodes, matchers, accepts } = tablesOf(reading('/a*/b'));
  expect([nodes.wild[0], nodes.row[0], nodes.accept[0], nodes.residual[0], nodes.strictest[0]]).toEqual([
    0, 0, 0, 0, 3,
  ]);
  expect(matchers.cells[0]).toBe(0);
  expect(accepts.verdict.subarray(0, 16).every((verdict) => verdict === 0)).toBe(true);
});

test('every number is within its table, components are distinct', () => {
  const tables = tablesOf(reading('/a*/b', '/**/c?d/{x,y}', '/a/[!b]*'));
  const { nodes, matchers, edges, accepts, components } = tables;
  const below = (numbers: ArrayLike<number>, limit: number) => Array.from(numbers).every((number) => number < limit);
  expect(below(nodes.wild, nodes.wild.length) && below(edges.next, nodes.wild.length)).toBe(true);
  expect(below(nodes.row, matchers.cells.length) && below(matchers.cells, matchers.cells.length)).toBe(true);
  expect(below(nodes.accept, accepts.silent.length)).toBe(true);
  expect(Math.min(...edges.component)).toBe(1);
  expect(Math.max(...edges.component.filter((component) => component < OUTCOME_EDGE))).toBe(components.length);
  expect(new Set(components.map(byteKey)).size).toBe(components.length);
});

test('below a whole granted directory the walk may stop', () => {
  const { nodes, ...rest } = tablesOf(reading('/a/**'));
  const state = walkTables({ nodes, ...rest }, 1, pathComponents('/a/b'));
  expect(nodes.flags[state]).toBe(NODE_ABSORBING);
  expect(nodes.flags[rest.starts.state[0] as number]).toBe(0);
});

test('an edge wins over a wildcard and includes what it gives', () => {
  const tables = tablesOf(
    policyOf([
      { effect: 'allow', operations: ['read'], pattern: '/*/x' },
      { effect: 'allow', operations: ['read'], pattern: '/a*/y' },
      { effect: 'block', operations: ['read'], pattern: '/ab/x' },
    ]),
  );
  expect(['/q/x', '/q/y', '/ac/x', '/ac/y', '/ab/x', '/ab/y'].map((path) => ruleAt(tables, path))).toEqual([
    1, 0, 1, 2, 3, 2,
  ]);
});

test('a filesystem mounted below / is walked from its own root', () => {
  const tables = tablesOf(reading('/home/u/w/**'), [
    ROOT_MOUNT,
    { device: 2, root: '/', mountpoint: '/home', type: 'ext4' },
  ]);
  expect([...tables.starts.device]).toEqual([1, 2]);
  expect(ruleAt(tables, '/u/w/x', 2)).toBe(1);
  expect(ruleAt(tables, '/home/u/w/x', 2)).toBe(0);
  expect(ruleAt(tables, '/home/u/w/x', 1)).toBe(1);
});

test('a bind mount is one more path, and only for what it shows', () => {
  const tables = tablesOf(reading('/home/u/w/**', '/srv/b/**'), [
    ROOT_MOUNT,
    { device: 1, root: '/data/w', mountpoint: '/home/u/w', type: 'ext4' },
    { device: 3, root: '/only', mountpoint: '/srv/b', type: 'xfs' },
  ]);
  expect(['/data/w', '/data/w/x', '/data/wx', '/data'].map((path) => ruleAt(tables, path))).toEqual([1, 1, 0, 0]);
  expect(['/only/x', '/other/x', '/'].map((path) => ruleAt(tables, path, 3))).toEqual([2, 0, 0]);
});

test('of several paths of one object the strictest decides', () => {
  const policy = policyOf([
    { effect: 'allow', operations: ['read'], pattern: '/open/**' },
    { effect: 'block', operations: ['read'], pattern: '/closed/**' },
  ]);
  const mounts = ['/open', '/closed'].map((mountpoint) => ({ device: 1, root: '/', mountpoint, type: 'ext4' }));
  expect(ruleAt(tablesOf(policy, mounts), '/x')).toBe(2);
});

test('a mountpoint is reached through wildcards too', () => {
  const tables = tablesOf(reading('/media/*/[a-m]*/x'), [
    { device: 1, root: '/', mountpoint: '/media/u/disk', type: 'vfat' },
  ]);
  expect(ruleAt(tables, '/x')).toBe(1);
});

test('a superblock that no rule reaches starts dead, and is known all the same', () => {
  const tables = tablesOf(reading('/a'), [{ device: 9, root: '/', mountpoint: '/mnt', type: 'ext4' }]);
  expect([...tables.starts.device, ...tables.starts.state]).toEqual([9, 0]);
});

test('states that differ only in the names of their rules have one residual', () => {
  const tables = tablesOf(reading('/a/**', '/b/**', '/c/*', '/d/?*', '/e/{x,y}*', '/f/[xy]*', '/g/{x*,y*}', '/h/x'));
  const residual = (path: string) => tables.nodes.residual[walkTables(tables, 1, pathComponents(path))] as number;
  expect(residual('/a')).toBe(residual('/b/x/y'));
  expect(residual('/e')).toBe(residual('/f'));
  expect(residual('/e')).toBe(residual('/g'));
  expect(new Set(['/a', '/c', '/d', '/e', '/h', '/'].map(residual)).size).toBe(6);
});

test('a list of names and a wildcard that takes just these have one residual', () => {
  const names = Array.from({ length: 300 }, (_, i) => `n${String(i).padStart(3, '0')}`);
  const tables = tablesOf(reading('/a/n[0-2][0-9][0-9]', ...names.map((name) => `/b/${name}`), '/c/n[0-2][0-9][1-9]'));
  const residual = (path: string) => tables.nodes.residual[walkTables(tables, 1, pathComponents(path))] as number;
  expect(tables.matchers.cells.length).toBeGreaterThan(1);
  expect(residual('/a')).toBe(residual('/b'));
  expect(residual('/a')).not.toBe(residual('/c'));
});

test('strictest looks below, and takes silence for a block', () => {
  const every = { operations: PATH_OPERATIONS };
  const tables = tablesOf(
    policyOf([
      { effect: 'allow', ...every, pattern: '/a/**' },
      { effect: 'require_approval', ...every, pattern: '/a/ask/**/x*' },
      { effect: 'kill', ...every, pattern: '/b/c/d' },
      { effect: 'allow', operations: ['read'], pattern: '/r/**' },
    ]),
  );
  const strictest = (path: string) => tables.nodes.strictest[walkTables(tables, 1, pathComponents(path))];
  expect(['/a/x', '/a/ask', '/a', '/b', '/b/c/x', '/r'].map(strictest)).toEqual([1, 2, 2, 4, 3, 3]);
});

test('a malformed pattern names its rule and place', () => {
  const error = errorOf(reading('/ok', '/a/b**'));
  expect([error?.code, error?.rules, error?.pointer]).toEqual(['bad-pattern', [2], 'rules[1]']);
  expect(error?.message).toContain('/a/b**');
});

test('a mount without absolute paths is refused', () => {
  expect(errorOf(reading('/a'), {}, [{ ...ROOT_MOUNT, root: 'nsfs' }])?.code).toBe('bad-mount');
});

test.each([
  ['too-many-states', { states: 100 }, `/**/a${'/*'.repeat(12)}`],
  ['too-many-edges', { edges: 20 }, '/**/{a,b,c}/{d,e,f}/{g,h,i}/{j,k,l}/x'],
  ['too-many-rows', { rows: 100 }, `/q/*a${'?'.repeat(8)}`],
  ['too-much-work', { steps: 1_000 }, `/**/a${'/*'.repeat(9)}`],
] as const)('%s names the rule at fault, not its neighbours', (code, limits, pattern) => {
  const error = errorOf(reading('/x/y', pattern, '/z/z/z/z/z/**/q'), limits);
  expect([error?.code, error?.rules, error?.pointer]).toEqual([code, [2], 'rules[1]']);
  expect(error?.message).toContain(pattern);
});

test.each([
  ['too-many-components', { components: 2 }],
  ['too-many-accepts', { accepts: 2 }],
] as const)('%s is refused', (code, limits) => {
  expect(errorOf(reading('/a', '/b', '/c'), limits)?.code).toBe(code);
});

test('limits are reached exactly', () => {
  const { nodes, edges, matchers, components, accepts } = tablesOf(reading('/a*/b', '/c'));
  const exact = {
    states: nodes.wild.length,
    edges: edges.state.length,
    rows: (matchers.rows[0] as number) + 1,
    cells: matchers.cells.length,
    byteClasses: matchers.classes.length / 256,
    components: components.length,
    accepts: accepts.silent.length,
  };
  expect(errorOf(reading('/a*/b', '/c'), exact)).toBeNull();
  for (const [name, value] of Object.entries(exact)) {
    expect(errorOf(reading('/a*/b', '/c'), { [name]: value - 1 }), name).not.toBeNull();
  }
});

test('states with the same wildcards share one byte automaton, wherever these lead', () => {
  const one = tablesOf(reading('/a/*.c'));
  const many = tablesOf(reading(...Array.from({ length: 50 }, (_, i) => `/d${i}/*.c/x${i}`), '/a/*.c'));
  expect(many.matchers).toEqual(one.matchers);
  expect(ruleAt(many, '/d7/q.c/x7')).toBe(8);
  expect(ruleAt(many, '/d7/q.c/x8')).toBe(0);
});

test('more rules than a policy may have are refused', () => {
  const policy = reading('/a');
  const rule = policy.paths[0] as Policy['paths'][number];
  expect(errorOf({ ...policy, paths: new Array(MAX_RULES + 1).fill(rule) })?.code).toBe('too-many-rules');
});

test('network rules are part of the tables', () => {
  const id = 2 as Policy['paths'][number]['id'];
  const network = [
    {
      id,
      effect: 'allow',
      operation: 'connect',
      prefix: '127.0.0.1/32',
      ports: { low: 80, high: 80 },
      protocol: 'any',
      origin: originOf('127.0.0.1', id),
    },
  ] as const;
  expect(tablesOf({ ...reading('/a'), network }).destinations.ranges).toEqual([
    [{ low: 80, high: 80, protocol: 0, verdict: 1, operation: operationCode('connect'), rule: 2 }],
  ]);
});
