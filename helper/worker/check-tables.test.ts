import { beforeEach, expect, test } from 'vitest';
import { compile } from '../../core/policy/compile.ts';
import { compileNames } from '../../core/policy/host-tables.ts';
import { COMPILE_LIMITS } from '../../core/policy/limits.ts';
import { type NameRule, ruleId } from '../../core/policy/rule.ts';
import type { PolicyTables } from '../../core/policy/tables.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { checkTables } from './check-tables.ts';
import { judgeManifest } from './judge-manifest.ts';
import { sampleRequest } from './testing/sample-request.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

let tables: Writable<PolicyTables>;
let ruleIds: Set<number>;
const devices = new Set([1, 2]);

beforeEach(() => {
  const judged = judgeManifest(sampleRequest());
  if (!judged.ok) throw new Error(JSON.stringify(judged.error));
  tables = judged.value.tables;
  ruleIds = new Set(judged.value.summary.rules.map((rule) => rule.id));
});

const check = (): unknown => checkTables(tables, { ruleIds, devices });

test('what the compiler makes is in order', () => {
  expect(check()).toEqual({ ok: true, value: undefined });
});

const BIG = 1_000_000;
const longer = (array: Uint32Array): Uint32Array => new Uint32Array([...array, 0]);
const set = (array: Uint32Array | Uint16Array | Uint8Array, at: number, value: number): void => {
  expect(at).toBeLessThan(array.length);
  array[at] = value;
};
const firstVerdict = (): number => tables.accepts.verdict.findIndex((verdict) => verdict !== 0);

test.each<[string, () => void]>([
  ['state', () => set(tables.nodes.wild, 1, BIG)],
  ['row', () => set(tables.nodes.row, 1, BIG)],
  ['accept', () => set(tables.nodes.accept, 1, BIG)],
  ['residual', () => set(tables.nodes.residual, 1, BIG)],
  ['strictest', () => set(tables.nodes.strictest, 1, 5)],
  ['strictest', () => set(tables.nodes.strictest, 1, 0)],
  ['flag', () => set(tables.nodes.flags, 1, 2)],
  [
    'absorbing',
    () =>
      set(
        tables.nodes.flags,
        tables.nodes.wild.findIndex((wild, state) => state > 0 && wild !== state),
        1,
      ),
  ],
  ['state 0', () => set(tables.nodes.accept, 0, 1)],
  ['state 0', () => set(tables.nodes.strictest, 0, 1)],
  ['unequal length', () => Object.assign(tables.nodes, { row: longer(tables.nodes.row) })],
  ['state of an edge', () => set(tables.edges.state, 0, BIG)],
  ['component that there is not', () => set(tables.edges.component, 0, BIG)],
  ['target of an edge', () => set(tables.edges.next, 0, BIG)],
  ['edge from nowhere', () => set(tables.edges.state, 0, 0)],
  ['out of order', () => set(tables.edges.component, 1, tables.edges.component[0] ?? 0)],
  ['unequal length', () => Object.assign(tables.edges, { next: longer(tables.edges.next) })],
  ['unknown verdict', () => set(tables.accepts.verdict, firstVerdict(), 5)],
  ['without a rule', () => set(tables.accepts.rule, firstVerdict(), BIG)],
  ['without a rule', () => set(tables.accepts.rule, firstVerdict(), 0)],
  [
    'accept 0',
    () => {
      set(tables.accepts.verdict, 0, 1);
      set(tables.accepts.rule, 0, 1);
    },
  ],
  [
    'unknown operation',
    () => {
      set(tables.accepts.verdict, 31, 1);
      set(tables.accepts.rule, 31, 1);
    },
  ],
  ['silent', () => set(tables.accepts.silent, 1, BIG)],
  ['start', () => set(tables.starts.state, 0, BIG)],
  ['device that no mount', () => set(tables.starts.device, 0, 77)],
  ['device comes twice', () => set(tables.starts.device, 0, tables.starts.device[1] ?? 0)],
  ['longer than an address', () => set(tables.destinations.prefixLength, 0, 129)],
  ['beyond its prefix', () => set(tables.destinations.prefixLength, 0, 3)],
  ['unequal length', () => Object.assign(tables.destinations, { address: new Uint8Array(3) })],
  [
    'impossible length',
    () => Object.assign(tables, { components: [new Uint8Array(256), ...tables.components.slice(1)] }),
  ],
  ['NUL or /', () => Object.assign(tables, { components: [Uint8Array.of(0x2f), ...tables.components.slice(1)] })],
  [
    'component comes twice',
    () => Object.assign(tables, { components: [tables.components[1], ...tables.components.slice(1)] }),
  ],
])('refuses tables that are wrong in: %s', (complaint, spoil) => {
  spoil();
  expect(check()).toMatchObject({ ok: false, error: expect.stringContaining(complaint) });
});

const WITH_WILDCARDS = policyOf([
  { effect: 'allow', operations: ['read'], pattern: '/a*/b' },
  { effect: 'allow', operations: ['read'], pattern: '/c/[!x]*' },
]);

test.each<[string, (matchers: Writable<PolicyTables['matchers']>) => void]>([
  ['classes of bytes', (matchers) => Object.assign(matchers, { classes: matchers.classes.subarray(1) })],
  ['byte automata of unequal length', (matchers) => Object.assign(matchers, { rows: longer(matchers.rows) })],
  ['map of classes', ({ map }) => set(map, 0, BIG)],
  ['without rows', ({ rows }) => set(rows, 0, 0)],
  ['without rows', ({ width }) => set(width, 0, 257)],
  ['beyond the cells', ({ rows }) => set(rows, 1, BIG)],
  ['next row', ({ cells, rows }) => set(cells, 4, (rows[0] ?? 0) + 1)],
  ['class beyond its row', ({ classes }) => set(classes, 97, 200)],
  [
    'belong to no byte automaton',
    (matchers) => Object.assign(matchers, { cells: new Uint16Array([...matchers.cells, 0]) }),
  ],
])('refuses byte automata that are wrong in: %s', (complaint, spoil) => {
  const made = compile(WITH_WILDCARDS, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  if (!made.ok) throw new Error(made.error.message);
  const context = { ruleIds: new Set([1, 2]), devices };
  expect(checkTables(made.value, context)).toEqual({ ok: true, value: undefined });
  spoil(made.value.matchers);
  expect(checkTables(made.value, context)).toMatchObject({ ok: false, error: expect.stringContaining(complaint) });
});

test.each([
  [{ low: 5, high: 4 }, 'port range'],
  [{ high: 65_536 }, 'port range'],
  [{ protocol: 1 }, 'protocol'],
  [{ verdict: 0 }, 'verdict'],
  [{ rule: 99_999 }, 'rule'],
])('refuses a destination with %j', (change, complaint) => {
  const [first = [], ...others] = tables.destinations.ranges;
  const spoilt = first.map((range, at) => (at === 0 ? { ...range, ...change } : range));
  Object.assign(tables.destinations, { ranges: [spoilt, ...others] });
  expect(check()).toMatchObject({ ok: false, error: expect.stringContaining(complaint) });
});

test('refuses what exceeds the limits', () => {
  const none = {
    states: 0,
    edges: 0,
    rows: 0,
    cells: 0,
    byteClasses: 0,
    components: 0,
    accepts: 0,
    destinations: 0,
    names: 0,
    steps: 0,
  };
  expect(checkTables(tables, { ruleIds, devices, limits: none })).toMatchObject({ ok: false });
});

type NamesOf = Writable<PolicyTables['names']>;

test.each<[string, (names: NamesOf) => void]>([
  ['host name that is none', ({ patterns }) => Object.assign(patterns[0] ?? {}, { name: Uint8Array.of(3, 0x61, 0) })],
  ['host name that is none', ({ patterns }) => Object.assign(patterns[0] ?? {}, { name: Uint8Array.of(1, 0x41, 0) })],
  ['host name that is none', ({ patterns }) => Object.assign(patterns[0] ?? {}, { name: Uint8Array.of(0) })],
  ['rules of another', ({ patterns }) => Object.assign(patterns[0] ?? {}, { host: 2 })],
  [
    'comes twice',
    ({ patterns }) => Object.assign(patterns[1] ?? {}, { name: patterns[0]?.name, ending: patterns[0]?.ending }),
  ],
  ['without their rules', (names) => Object.assign(names, { hosts: names.hosts.slice(1) })],
  ['without rules', ({ hosts }) => Object.assign(hosts[0] ?? {}, { ranges: [] })],
  ['no host has', ({ hosts }) => Object.assign(hosts[0]?.ranges[0] ?? {}, { operation: 6 })],
  ['without a rule', ({ hosts }) => Object.assign(hosts[0]?.ranges[0] ?? {}, { rule: BIG })],
  ['without an address', (names) => Object.assign(names, { resolvers: new Uint8Array(15) })],
  ['too many name servers', (names) => Object.assign(names, { resolvers: new Uint8Array(64) })],
])('refuses names that are wrong in: %s', (complaint, spoil) => {
  const names = ['a.example', '*.b.example'].map(
    (name, index): NameRule => ({
      ...{ id: ruleId(index + 1), effect: 'allow', name, ports: { low: 443, high: 443 }, protocol: 'any' },
      origin: { source: 'manifest', pointer: 'x', text: name },
    }),
  );
  const made = compileNames({ names, resolvers: ['127.0.0.53'] }, COMPILE_LIMITS);
  if (!made.ok) throw new Error(made.error.message);
  Object.assign(tables, { names: made.value });
  expect(check()).toEqual({ ok: true, value: undefined });
  spoil(made.value);
  expect(check()).toMatchObject({ ok: false, error: expect.stringContaining(complaint) });
});
