import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import data from './locations.json' with { type: 'json' };
import { loadLocations } from './locations.ts';
import held from './modes.json' with { type: 'json' };
import {
  effectiveMode,
  evaluateAddressInMode,
  evaluateInMode,
  heldPorts,
  isHeldLocation,
  MODES,
  type Mode,
  modesSchema,
} from './modes.ts';
import { type Policy, ruleId } from './rule.ts';
import { originOf, policyOf } from './testing/generated-policy.ts';
import type { PathOperation } from './vocabulary.ts';

const LOCATIONS = loadLocations('/home/u');
const RULES = policyOf([
  { effect: 'allow', operations: ['read'], pattern: '/w/allowed' },
  { effect: 'block', operations: ['read', 'write', 'connect'], pattern: '/w/denied' },
  { effect: 'require_approval', operations: ['read'], pattern: '/w/asked' },
  { effect: 'allow', operations: ['read', 'write'], pattern: '/home/u/**' },
]);
const POLICY: Policy = {
  ...RULES,
  network: [
    {
      id: ruleId(5),
      effect: 'block',
      operation: 'connect',
      prefix: '192.0.2.0/24',
      ports: { low: 0, high: 65_535 },
      protocol: 'any',
      origin: originOf('x', ruleId(5)),
    },
  ],
};

const said = (mode: Mode, path: string, operation: PathOperation = 'read', policy = POLICY) => {
  const { verdict, reason, insteadOf } = evaluateInMode(mode, policy, LOCATIONS, { operation, path: path as never });
  return [verdict, reason, ...(insteadOf === undefined ? [] : [insteadOf])].join(' ');
};

test.each([
  ['/w/allowed', 'allow rule', 'allow rule', 'allow rule'],
  ['/w/silent', 'block no-rule', 'allow audit-mode block', 'allow audit-mode block'],
  ['/w/denied', 'block rule', 'block rule', 'allow rule block'],
  ['/w/asked', 'require_approval rule', 'require_approval rule', 'allow rule require_approval'],
  ['/home/u/.ssh/id_rsa', 'block location', 'block location', 'allow location block'],
  ['/home/u/.config/ringfence/publisher.key', 'block location', 'block location', 'block location'],
  ['/var/lib/ringfence/modes.json', 'block location', 'block location', 'block location'],
])('reading %s: enforced, permissive, audited', (path, ...expected) => {
  expect(MODES.map((mode) => said(mode, path))).toEqual(expected);
});

test('another program’s socket is in every mode what the rules make it', () => {
  for (const path of ['/w/silent', '/w/denied']) {
    expect(new Set(MODES.map((mode) => said(mode, path, 'connect'))).size).toBe(1);
  }
});

test('a device is in every mode what the rules make it', () => {
  for (const path of ['/w/silent', '/w/denied', '/w/asked', '/w/allowed']) {
    const one = (mode: Mode) => {
      const request = { operation: 'read', path: path as never, isDevice: true } as const;
      return evaluateInMode(mode, POLICY, LOCATIONS, request).verdict;
    };
    expect(new Set(MODES.map(one)).size, path).toBe(1);
  }
  const audited = { ...POLICY, undeclared: { asks: [], audits: ['read' as const] } };
  const request = { operation: 'read', path: '/w/silent' as never } as const;
  const verdicts = [request, { ...request, isDevice: true }].map((one) => evaluate(audited, LOCATIONS, one).verdict);
  expect(verdicts).toEqual(['allow', 'block']);
});

test('what a class has asked about stays asked in permissive mode', () => {
  const asking = { ...POLICY, undeclared: { asks: ['write' as const], audits: [] } };
  expect(MODES.map((mode) => said(mode, '/w/silent', 'write', asking))).toEqual([
    'require_approval no-rule',
    'require_approval no-rule',
    'allow no-rule require_approval',
  ]);
});

test.each([
  ['192.0.2.1', 443, 'block rule', 'block rule', 'allow rule block'],
  ['198.51.100.1', 443, 'block no-rule', 'allow audit-mode block', 'allow audit-mode block'],
  ['127.0.0.1', 8080, 'block no-rule', 'allow audit-mode block', 'allow audit-mode block'],
  ['127.0.0.1', 9222, 'block no-rule', 'block no-rule', 'block no-rule'],
  ['::1', 2375, 'block no-rule', 'block no-rule', 'block no-rule'],
  ['0.0.0.0', 2375, 'block no-rule', 'block no-rule', 'block no-rule'],
  ['198.51.100.1', 9222, 'block no-rule', 'allow audit-mode block', 'allow audit-mode block'],
])('connecting to %s port %i: enforced, permissive, audited', (address, port, ...expected) => {
  const one = (mode: Mode) => {
    const request = { address, port, protocol: 'tcp' } as const;
    const { verdict, reason, insteadOf } = evaluateAddressInMode(mode, POLICY, 'connect', request);
    return [verdict, reason, ...(insteadOf === undefined ? [] : [insteadOf])].join(' ');
  };
  expect(MODES.map(one)).toEqual(expected);
});

test('every place of the guard’s own is held, and each that is held is a location', () => {
  const names = data.locations.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(modesSchema.parse(held).held_locations));
  const own = data.locations.filter(({ path }) => /ringfence/i.test(path));
  expect(own.map(({ name }) => name).filter((name) => !isHeldLocation(name))).toEqual([]);
  expect(isHeldLocation('ssh')).toBe(false);
});

test('the ports of those who act for the person are held', () => {
  expect(heldPorts()).toEqual(expect.arrayContaining([2375, 2376, 9222, 6000]));
});

test.each<[Mode | null, Mode | null, boolean, Mode]>([
  [null, null, false, 'enforce'],
  [null, 'audit', false, 'audit'],
  ['audit', null, false, 'audit'],
  ['audit', 'permissive', false, 'permissive'],
  ['permissive', 'audit', false, 'permissive'],
  ['enforce', 'audit', false, 'enforce'],
  ['audit', 'enforce', false, 'enforce'],
  ['audit', 'audit', true, 'enforce'],
])('machine %s, agent %s, insisting %s: %s', (machine, agent, insists, expected) => {
  expect(effectiveMode({ machine, agent, insists })).toBe(expected);
});
