/** What the fields beyond reading, writing, running and reaching come to. */
import { expect, test } from 'vitest';
import type { Manifest } from '../manifest/index.ts';
import data from './approval-classes.json' with { type: 'json' };
import { approvalClassesSchema, placesOf } from './approval-classes.ts';
import type { BindContext } from './bind-context.ts';
import { evaluate, evaluateAddress } from './evaluate.ts';
import { pinnedPrograms } from './manifest-paths.ts';
import { policyFromManifest } from './policy-from-manifest.ts';
import type { Policy } from './rule.ts';
import { firstBaseRule, strictestSilence } from './undeclared.ts';
import { NETWORK_OPERATIONS, type NetworkOperation, OPERATIONS, PATH_OPERATIONS } from './vocabulary.ts';

const CONTEXT: BindContext = {
  home: '/home/u',
  workspace: '/home/u/work',
  skill: '/home/u/skills/mail',
  tmpdir: '/tmp/u',
};
const SHA = 'ab'.repeat(32);

function bind(permissions: Manifest['permissions'], top: Partial<Manifest> = {}, context: Partial<BindContext> = {}) {
  return policyFromManifest(
    { skill_id: 'mail', version: '1', permissions, hashes: {}, ...top },
    { ...CONTEXT, ...context },
  );
}

function policyOf(...parts: Parameters<typeof bind>): Policy {
  const policy = bind(...parts);
  if (!policy.ok) throw new Error(policy.error.message);
  return policy.value;
}

function errorOf(...parts: Parameters<typeof bind>) {
  const policy = bind(...parts);
  return policy.ok ? null : policy.error;
}

function said(policy: Policy, path: string): Record<string, string> {
  return Object.fromEntries(
    PATH_OPERATIONS.map((operation) => [operation, evaluate(policy, [], { operation, path }).verdict]),
  );
}

function reached(
  policy: Policy,
  operation: NetworkOperation,
  address: string,
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
) {
  return evaluateAddress(policy, operation, { address, port, protocol }).verdict;
}

test('creating and deleting can be granted alone', () => {
  const policy = policyOf({ filesystem: { create: ['~/new/**'], delete: ['~/old/**'] } });
  const block = { read: 'block', write: 'block', create: 'block', delete: 'block', exec: 'block', connect: 'block' };
  expect(said(policy, '/home/u/new/x')).toEqual({ ...block, create: 'allow' });
  expect(said(policy, '/home/u/old/x')).toEqual({ ...block, delete: 'allow' });
});

test('what is denied is refused whatever else is said of it', () => {
  const policy = policyOf({
    filesystem: { read: ['~/a/**'], write: ['~/a/**'], deny: ['~/a/secret/**'] },
    exec: ['/home/u/a/**'],
    require_approval: { filesystem: { read: ['~/a/**'] } },
  });
  expect(new Set(Object.values(said(policy, '/home/u/a/secret/x')))).toEqual(new Set(['block']));
  expect(said(policy, '/home/u/a/secre')).toMatchObject({ read: 'require_approval', write: 'allow' });
  expect(evaluate(policy, [], { operation: 'read', path: '/home/u/a/secret/x' })).toMatchObject({ reason: 'rule' });
});

test('sockets of the file system are connected to and made by lists of their own', () => {
  const policy = policyOf({
    filesystem: { write: ['~/s/**'] },
    unix_sockets: { connect: ['/run/a.sock'], bind: ['$TMPDIR/b.sock'] },
  });
  expect(said(policy, '/run/a.sock')).toMatchObject({ connect: 'allow', write: 'block' });
  expect(said(policy, '/tmp/u/b.sock')).toMatchObject({ connect: 'block', create: 'allow' });
  expect(said(policy, '/home/u/s/c.sock').connect).toBe('block');
});

test('listening is not connecting', () => {
  const policy = policyOf({ network: { egress: ['192.0.2.1:80'], listen: ['127.0.0.1:3000', '*:8000-8010/tcp'] } });
  expect(reached(policy, 'connect', '192.0.2.1', 80)).toBe('allow');
  expect(reached(policy, 'listen', '192.0.2.1', 80)).toBe('block');
  expect(reached(policy, 'listen', '127.0.0.1', 3000)).toBe('allow');
  expect(reached(policy, 'connect', '127.0.0.1', 3000)).toBe('block');
  for (const address of ['0.0.0.0', '127.0.0.1', '192.0.2.7', '::', '::1', '2001:db8::1'])
    expect([address, reached(policy, 'listen', address, 8005)]).toEqual([address, 'allow']);
  expect(reached(policy, 'listen', '0.0.0.0', 8005, 'udp')).toBe('block');
  expect(reached(policy, 'listen', '0.0.0.0', 8011)).toBe('block');
});

test('an address that is denied wins over a network that is granted', () => {
  const policy = policyOf({ network: { egress: ['10.0.0.0/8:1-1024'], deny: ['10.1.0.0/16', '10.2.0.1:22'] } });
  expect(reached(policy, 'connect', '10.0.0.1', 443)).toBe('allow');
  expect(reached(policy, 'connect', '10.1.2.3', 443)).toBe('block');
  expect(reached(policy, 'connect', '10.2.0.1', 22)).toBe('block');
  expect(reached(policy, 'connect', '10.2.0.1', 23)).toBe('allow');
});

test('the machine’s name servers are reached at their port alone', () => {
  const policy = policyOf(
    { network: { dns: 'resolver' } },
    {},
    { resolvers: ['127.0.0.53', '2001:db8::53', 'nonsense'] },
  );
  for (const address of ['127.0.0.53', '2001:db8::53'])
    expect([reached(policy, 'connect', address, 53, 'udp'), reached(policy, 'connect', address, 53)]).toEqual([
      'allow',
      'allow',
    ]);
  expect(reached(policy, 'connect', '127.0.0.53', 54)).toBe('block');
  expect(reached(policy, 'connect', '192.0.2.53', 53, 'udp')).toBe('block');
});

test('localhost is loopback of both families', () => {
  const policy = policyOf({ network: { egress: ['localhost:8080'] } });
  expect(['127.0.0.1', '::1', '127.0.0.2'].map((address) => reached(policy, 'connect', address, 8080))).toEqual([
    'allow',
    'allow',
    'block',
  ]);
});

test('a symbol stands for what it was resolved to, and for nothing when it was not', () => {
  const permissions = { network: { egress: ['@npm'] } };
  const policy = policyOf(permissions, {}, { symbols: { '@npm': '127.0.0.1:4873' } });
  expect(reached(policy, 'connect', '127.0.0.1', 4873)).toBe('allow');
  expect(policyOf(permissions).network).toEqual([]);
  expect(policyOf(permissions, {}, { symbols: { '@npm': '@npm' } }).network).toEqual([]);
  expect(errorOf(permissions, {}, { symbols: { '@npm': 'http://x' } })?.code).toBe('bad-destination');
});

test('a pinned program is granted by its content', () => {
  const permissions = { exec: ['/usr/bin/git', { path: '/usr/bin/jq', sha256: SHA }] };
  const manifest = { skill_id: 's', version: '1', permissions, hashes: {} };
  expect(pinnedPrograms(manifest, CONTEXT)).toEqual(['/usr/bin/jq']);
  const right = policyOf(permissions, {}, { programs: [{ path: '/usr/bin/jq', sha256: SHA }] });
  expect(said(right, '/usr/bin/jq').exec).toBe('allow');
  const other = errorOf(permissions, {}, { programs: [{ path: '/usr/bin/jq', sha256: 'cd'.repeat(32) }] });
  expect(other).toMatchObject({ code: 'changed-program', pointer: 'permissions.exec[1]' });
  expect(errorOf(permissions)).toMatchObject({ code: 'changed-program' });
});

test('classes of what is new ask wherever no rule speaks', () => {
  const policy = policyOf({
    filesystem: { read: ['~/a/**'], deny: ['~/b/**'] },
    require_approval: { classes: ['read:new', 'net:new-host'] },
  });
  expect(said(policy, '/home/u/a/x')).toMatchObject({ read: 'allow', write: 'block' });
  expect(said(policy, '/home/u/b/x').read).toBe('block');
  expect(evaluate(policy, [], { operation: 'read', path: '/home/u/c' })).toEqual({
    verdict: 'require_approval',
    reason: 'no-rule',
    rule: 0,
  });
  expect(reached(policy, 'connect', '192.0.2.1', 443)).toBe('require_approval');
  expect(reached(policy, 'listen', '192.0.2.1', 443)).toBe('block');
  expect(strictestSilence(policy.undeclared)).toBe('block');
});

test('classes of places ask there even where a list grants', () => {
  const policy = policyOf({
    filesystem: { read: ['~/**'], write: ['~/**'] },
    broad: true,
    require_approval: { classes: ['read:secrets', 'write:persist'] },
  });
  for (const path of [
    '/home/u/work/.env',
    '/home/u/.aws/credentials',
    '/home/u/x/server.pem',
    '/home/u/.gnupg/secring.gpg',
  ])
    expect([path, said(policy, path).read]).toEqual([path, 'require_approval']);
  for (const path of ['/home/u/.bashrc', '/home/u/work/.git/hooks/pre-commit', '/home/u/.config/autostart/x.desktop'])
    expect([path, said(policy, path).create]).toEqual([path, 'require_approval']);
  expect(said(policy, '/home/u/work/main.py')).toMatchObject({ read: 'allow', write: 'allow' });
});

test('the data of the classes has its shape, and each is about something', () => {
  expect(approvalClassesSchema.safeParse(data).success).toBe(true);
  expect([placesOf('read:secrets').length, placesOf('write:persist').length, placesOf('exec:new').length]).toEqual([
    1, 1, 0,
  ]);
});

test('audit mode counts only when whoever starts the session has chosen it', () => {
  const top = { mode: 'audit' as const };
  const alone = policyOf({}, top);
  expect(alone.undeclared.audits).toEqual([]);
  expect(alone.warnings.join()).toContain('--audit');
  const chosen = policyOf({ filesystem: { deny: ['~/b/**'] }, require_approval: { classes: ['exec:new'] } }, top, {
    audit: true,
  });
  expect(chosen.undeclared).toEqual({ asks: ['exec'], audits: OPERATIONS.filter((operation) => operation !== 'exec') });
  expect(said(chosen, '/home/u/x')).toMatchObject({ read: 'allow', exec: 'require_approval' });
  expect(said(chosen, '/home/u/b/x').read).toBe('block');
  expect(evaluate(chosen, [], { operation: 'write', path: '/home/u/x' })).toMatchObject({
    reason: 'audit-mode',
    rule: 0,
  });
  for (const operation of NETWORK_OPERATIONS) expect(reached(chosen, operation, '192.0.2.1', 1)).toBe('allow');
  expect(policyOf({}, {}, { audit: true }).undeclared.audits).toEqual([]);
});

test('limits are the manifest’s, and none where it has none', () => {
  const limits = { deletions_per_minute: 3, processes: 5, bytes_sent: 1000 };
  expect(policyOf({}, { limits }).limits).toEqual({ deletionsPerMinute: 3, processes: 5, bytesSent: 1000 });
  expect(policyOf({}, { limits: { processes: 5 } }).limits).toEqual({
    deletionsPerMinute: null,
    processes: 5,
    bytesSent: null,
  });
});

test('a manifest for other agents or another place is refused', () => {
  const applies = (applies_to: NonNullable<Manifest['applies_to']>, context: Partial<BindContext> = {}) =>
    errorOf({}, { applies_to }, context)?.code ?? null;
  expect(applies({ agents: ['pi'] }, { agent: 'pi' })).toBe(null);
  expect(applies({ agents: ['pi', 'codex'] }, { agent: 'claude' })).toBe('other-agent');
  expect(applies({ agents: ['pi'] })).toBe('other-agent');
  expect(applies({ agents: [] }, { agent: 'pi' })).toBe('other-agent');
  expect(applies({ skill_root: '~/skills/*' })).toBe(null);
  expect(applies({ skill_root: '~/skills' })).toBe('other-place');
  expect(applies({ skill_root: '/opt/skills/**' })).toBe('other-place');
});

test('the base begins after everything a manifest says', () => {
  const policy = policyOf({ filesystem: { read: ['~/a'] }, network: { egress: ['192.0.2.1'], listen: ['*:1'] } });
  const first = firstBaseRule(policy);
  expect(first).toBe(5);
  expect(
    [...policy.paths, ...policy.network]
      .filter(({ id }) => id < first)
      .every(({ origin }) => origin.source === 'manifest'),
  ).toBe(true);
  expect(policy.paths.filter(({ id }) => id >= first).some(({ origin }) => origin.source === 'manifest')).toBe(false);
});
