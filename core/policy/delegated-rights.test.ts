import { expect, test } from 'vitest';
import data from './delegated-rights.json' with { type: 'json' };
import {
  DELEGATED_RIGHTS,
  delegatedPolicies,
  delegatedRightOf,
  delegatedRightsSchema,
  holderOf,
  KNOWN_PROGRAMS,
  numberAfter,
} from './delegated-rights.ts';
import { evaluateDelegated } from './evaluate-delegated.ts';
import { loadLocations } from './locations.ts';
import { policyOf } from './testing/generated-policy.ts';
import { PATH_OPERATIONS, type PathOperation } from './vocabulary.ts';

const HOME = '/home/u';
const locations = loadLocations(HOME);
const nothing = policyOf([]);

test('the data file has its shape, and speaks of programs and locations that there are', () => {
  const { programs, rights } = delegatedRightsSchema.parse(data);
  const names = programs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(rights.map(({ id }) => id)).size).toBe(rights.length);
  for (const { program, startedBy, location } of rights) {
    expect(names).toContain(program);
    if (startedBy !== null) expect(names).toContain(startedBy);
    if (location !== null) expect(locations.map(({ name }) => name)).toContain(location);
  }
  expect(KNOWN_PROGRAMS.map(({ number }) => number)).toEqual(names.map((_, index) => index + 1));
});

test('no right opens what stands for the guard or for who may log in', () => {
  const closed = [
    '/run/ringfence/control.sock',
    '/var/lib/ringfence/x',
    '/etc/ringfence/x',
    `${HOME}/.config/ringfence/publisher.key`,
  ];
  const files = ['authorized_keys', 'authorized_keys2', 'rc', 'environment'].map((name) => `${HOME}/.ssh/${name}`);
  for (const right of delegatedPolicies(HOME, 1)) {
    for (const path of [...closed, ...files]) {
      for (const operation of PATH_OPERATIONS) {
        const { verdict } = evaluateDelegated(nothing, locations, right, { operation, path });
        expect(`${path} ${operation} ${verdict}`).toBe(`${path} ${operation} block`);
      }
    }
  }
});

const ssh = delegatedPolicies(HOME, 100).find(({ right }) => right.id === 'ssh-under-git');
const said = (operation: PathOperation, path: string, policy = nothing) => {
  if (ssh === undefined) throw new Error('there is no right of ssh under git');
  const { verdict, reason, rule } = evaluateDelegated(policy, locations, ssh, { operation, path });
  return { said: `${verdict} ${reason}`, rule };
};

test.each([
  ['id_ed25519', 'read', 'require_approval rule'],
  ['id_rsa', 'read', 'require_approval rule'],
  ['github_ed25519', 'read', 'require_approval rule'],
  ['keys/deploy.key', 'read', 'require_approval rule'],
  ['id_ed25519.pub', 'read', 'allow rule'],
  ['config', 'read', 'allow rule'],
  ['config.d/work', 'read', 'allow rule'],
  ['known_hosts', 'read', 'allow rule'],
  ['known_hosts', 'write', 'require_approval rule'],
  ['config', 'write', 'block location'],
  ['id_ed25519', 'write', 'block location'],
  ['id_ed25519', 'delete', 'block location'],
  ['notes', 'read', 'block location'],
] as const)('ssh as git starts it, on ~/.ssh/%s: %s is %s', (name, operation, expected) => {
  expect(said(operation, `${HOME}/.ssh/${name}`).said).toBe(expected);
});

test('the home is the session’s own', () => {
  expect(said('read', '/home/other/.ssh/id_rsa').said).toBe('block no-rule');
});

test('what the manifest denies stays denied, what it asks about is asked, what it grants is granted', () => {
  const key = `${HOME}/.ssh/id_ed25519`;
  const denying = policyOf([{ effect: 'block', operations: ['read'], pattern: `${HOME}/.ssh/**` }]);
  expect(said('read', key, denying).said).toBe('block location');
  const killing = policyOf([{ effect: 'kill', operations: ['read'], pattern: `${HOME}/.ssh/**` }]);
  expect(said('read', key, killing).said).toBe('block location');
  const asking = policyOf([{ effect: 'require_approval', operations: ['read'], pattern: '/etc/ssh/**' }]);
  expect(said('read', '/etc/ssh/ssh_config', asking)).toEqual({ said: 'require_approval rule', rule: 1 });
  const granting = policyOf([{ effect: 'allow', operations: ['read'], pattern: `${HOME}/.ssh/**` }]);
  expect(said('read', key, granting).said).toBe('require_approval rule');
});

test('rules are numbered on, and name their right', () => {
  const ids = delegatedPolicies(HOME, 100).flatMap(({ policy }) => policy.paths.map(({ id }) => id));
  expect(ids).toEqual(ids.map((_, index) => 100 + index));
  for (const { right, policy } of delegatedPolicies(HOME, 1)) {
    for (const { origin } of policy.paths) expect(delegatedRightOf(origin.pointer)).toBe(right);
  }
  expect(delegatedRightOf('permissions.exec[0]')).toBeNull();
  expect(delegatedRightOf('delegated.nothing.rules[0]')).toBeNull();
  expect(numberAfter([{ id: 3 }, { id: 9 }, { id: 4 }])).toBe(10);
  expect(numberAfter([])).toBe(1);
});

test('who has a right is said in words', () => {
  expect(holderOf({ program: 'ssh', startedBy: 'git' })).toBe('ssh, started by git');
  expect(holderOf({ program: 'git', startedBy: null })).toBe('git');
  expect(DELEGATED_RIGHTS.length).toBeGreaterThan(0);
});
