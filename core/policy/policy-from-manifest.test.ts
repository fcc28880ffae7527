import { expect, test } from 'vitest';
import type { Manifest } from '../manifest/index.ts';
import type { BindContext } from './bind-context.ts';
import { evaluate, evaluateAddress } from './evaluate.ts';
import { fixedPaths } from './manifest-paths.ts';
import { policyFromManifest } from './policy-from-manifest.ts';

import type { Policy } from './rule.ts';
import { PATH_OPERATIONS } from './vocabulary.ts';

const CONTEXT: BindContext = {
  home: '/home/u',
  workspace: '/home/u/work',
  skill: '/home/u/skills/mail',
  tmpdir: '/tmp/u',
};

function manifestOf(permissions: Manifest['permissions'], more: Partial<Manifest> = {}): Manifest {
  return { skill_id: 'mail', version: '1.0.0', permissions, hashes: {}, ...more };
}

function policyOf(permissions: Manifest['permissions'], context: Partial<BindContext> = {}): Policy {
  const policy = policyFromManifest(manifestOf(permissions), { ...CONTEXT, ...context });
  if (!policy.ok) throw new Error(policy.error.message);
  return policy.value;
}

function allowed(policy: Policy, path: string): string[] {
  return PATH_OPERATIONS.filter((operation) => evaluate(policy, [], { operation, path }).verdict === 'allow');
}

function errorOf(permissions: Manifest['permissions'], context: Partial<BindContext> = {}) {
  const policy = policyFromManifest(manifestOf(permissions), { ...CONTEXT, ...context });
  return policy.ok ? null : policy.error;
}

test('each list of the manifest grants its operations and no others', () => {
  const policy = policyOf({ filesystem: { read: ['~/in/**'], write: ['~/out/**'] }, exec: ['/srv/tool'] });
  expect(allowed(policy, '/home/u/in/x')).toEqual(['read']);
  expect(allowed(policy, '/home/u/out/x')).toEqual(['write', 'create', 'delete']);
  expect(allowed(policy, '/srv/tool')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/home/u/other')).toEqual([]);
});

test.each([
  ['~', '/home/u'],
  ['~/x', '/home/u/x'],
  ['$WORKSPACE/**', '/home/u/work/a/b'],
  ['$WORKSPACE', '/home/u/work'],
  ['$SKILL/data', '/home/u/skills/mail/data'],
  ['$TMPDIR/*', '/tmp/u/x'],
  ['/srv/x', '/srv/x'],
])('%s stands for %s', (text, path) => {
  expect(allowed(policyOf({ filesystem: { read: [text] } }), path)).toEqual(['read']);
});

test('wildcards in the name of a directory stay literal', () => {
  const policy = policyOf({ filesystem: { read: ['$WORKSPACE/x'] } }, { workspace: '/home/u/w*[1]' });
  expect(allowed(policy, '/home/u/w*[1]/x')).toEqual(['read']);
  expect(allowed(policy, '/home/u/wa1/x')).toEqual([]);
});

test('a home that is / keeps its paths absolute', () => {
  const policy = policyOf({ filesystem: { read: ['~', '~/x'] } }, { home: '/' });
  expect(policy.paths.slice(0, 2).map(({ pattern }) => pattern)).toEqual(['/', '/x']);
});

test('without a workspace its rules grant nothing, and the person is told', () => {
  const policy = policyOf({ filesystem: { read: ['$WORKSPACE/**', '~/x'] } }, { workspace: null });
  expect(policy.paths[0]?.origin.pointer).toBe('permissions.filesystem.read[1]');
  expect(policy.warnings).toEqual([expect.stringContaining('permissions.filesystem.read[0]')]);
});

test('rules count from 1: paths, network, base, deputies; each says where it comes from', () => {
  const policy = policyOf({
    filesystem: { read: ['~/x'] },
    network: { egress: ['127.0.0.1:8080'] },
    exec: ['/usr/bin/git'],
  });
  const ids = [...policy.paths, ...policy.network, ...(policy.localNames ?? [])]
    .map(({ id }) => id as number)
    .sort((a, b) => a - b);
  expect(ids).toEqual(ids.map((_, i) => i + 1));
  expect(policy.paths[1]?.origin).toEqual({ source: 'manifest', pointer: 'permissions.exec[0]', text: '/usr/bin/git' });
  expect(policy.network[0]?.id).toBe(3);
  expect(policy.paths[2]?.origin.source).toBe('base');
});

test('what the manifest names itself is reported, though the base allows it silently', () => {
  const policy = policyOf({ filesystem: { read: ['/usr/share/x'] } });
  expect(evaluate(policy, [], { operation: 'read', path: '/usr/share/x' }).rule).toBe(1);
});

test('an address is reached at its port alone', () => {
  const policy = policyOf({ network: { egress: ['192.0.2.10:8443', '10.0.0.0/8'] } });
  expect(evaluateAddress(policy, 'connect', { address: '192.0.2.10', port: 8443, protocol: 'tcp' })).toEqual({
    verdict: 'allow',
    reason: 'rule',
    rule: 1,
  });
  expect(evaluateAddress(policy, 'connect', { address: '192.0.2.10', port: 443, protocol: 'tcp' }).verdict).toBe(
    'block',
  );
  expect(evaluateAddress(policy, 'connect', { address: '10.9.9.9', port: 443, protocol: 'tcp' }).rule).toBe(2);
  expect(policy.network.filter(({ origin }) => origin.source === 'manifest')).toHaveLength(2);
});

const RESOLVER = '127.0.0.53';

test('a host is reached at what its name has led to, and its name may be asked for', () => {
  const policy = policyOf(
    { network: { egress: ['example.org:443', '*.example.org:80/tcp'] } },
    { resolvers: [RESOLVER] },
  );
  const to = (port: number, current: string[], protocol: 'tcp' | 'udp' = 'tcp', address = '203.0.113.1') => {
    const names = { current, expired: [] };
    const { verdict, rule } = evaluateAddress(policy, 'connect', { address, port, protocol, names });
    return `${verdict} ${rule}`;
  };
  expect(to(443, [])).toBe('block 0');
  expect(to(443, ['example.org'])).toBe('allow 1');
  expect(to(80, ['example.org'])).toBe('block 0');
  expect(to(80, ['a.example.org'])).toBe('allow 2');
  expect(to(80, ['a.example.org'], 'udp')).toBe('block 0');
  expect(to(0, ['a.example.org'], 'udp')).toBe('allow 2');
  expect(to(443, ['example.org.evil.net', 'evil-example.org'])).toBe('block 0');
  expect(to(53, [], 'udp', RESOLVER)).toBe('allow 3');
  expect(to(53, [], 'udp', '127.0.0.1')).toBe('block 0');
  expect(policy.resolvers).toEqual([RESOLVER]);
  expect(policyOf({ network: { deny: ['example.org'] } }, { resolvers: [RESOLVER] }).network).toEqual([]);
});

test('of all that is said about an address the strictest counts, and nothing public leads to private addresses', () => {
  const permissions = {
    network: { egress: ['example.org', '*.example.net', '203.0.113.0/24'], deny: ['bad.example.net'] },
    require_approval: { network: { egress: ['slow.example.net'] } },
  };
  const policy = policyOf(permissions);
  const reasonOf = (address: string, current: string[], expired: string[] = []) => {
    const request = { address, port: 443, protocol: 'tcp', names: { current, expired } } as const;
    const { verdict, reason } = evaluateAddress(policy, 'connect', request);
    return `${verdict} ${reason}`;
  };
  expect(reasonOf('203.0.113.1', ['bad.example.net'])).toBe('block rule');
  expect(reasonOf('198.51.100.1', ['a.example.net', 'bad.example.net'])).toBe('block rule');
  expect(reasonOf('198.51.100.1', ['a.example.net', 'slow.example.net'])).toBe('require_approval rule');
  expect(reasonOf('198.51.100.1', ['a.example.net'])).toBe('allow rule');
  expect(reasonOf('198.51.100.1', [], ['a.example.net'])).toBe('block name-expired');
  // to look it up again would not help
  expect(reasonOf('198.51.100.1', [], ['bad.example.net'])).toBe('block no-rule');
  for (const address of ['127.0.0.1', '::1', '169.254.169.254', '::ffff:10.0.0.1', '64:ff9b::127.0.0.1'])
    expect(reasonOf(address, ['a.example.net']), address).toBe('block private-address');
  expect(reasonOf('127.0.0.1', ['other.example.com'])).toBe('block no-rule');
});

test('a host that the machine knows without asking is reached at what it knows', () => {
  const hosts = [
    { name: 'git.corp.example', address: '10.0.0.7' },
    { name: 'x.git.corp.example', address: '10.0.0.8' },
    { name: 'git.corp.example', address: '2001:db8::7' },
    { name: 'bad name', address: '10.0.0.9' },
  ];
  const policy = policyOf({ network: { egress: ['git.corp.example:22', '*.corp.example:80'] } }, { hosts });
  const to = (address: string, port: number) =>
    evaluateAddress(policy, 'connect', { address, port, protocol: 'tcp' }).verdict;
  expect([to('10.0.0.7', 22), to('2001:db8::7', 22), to('10.0.0.8', 80), to('10.0.0.7', 80)]).toEqual(
    Array(4).fill('allow'),
  );
  expect([to('10.0.0.8', 22), to('10.0.0.9', 80), to('10.0.0.7', 443)]).toEqual(Array(3).fill('block'));
});

test('where hosts are reached through the proxy no rule on a name opens them directly', () => {
  const network = { via: 'proxy' as const, egress: ['a.example', '192.0.2.1'], deny: ['b.example'] };
  const policy = policyOf({ network }, { proxyPort: 7000, resolvers: [RESOLVER] });
  expect(policy.names.map(({ name, effect }) => `${effect} ${name}`)).toEqual(['block b.example']);
  expect(policy.network.map(({ prefix }) => prefix)).toEqual(['192.0.2.1/32', '127.0.0.1/32']);
});

test('the proxy of its agent is closed to a skill, whatever its manifest grants', () => {
  const network = { egress: ['localhost:*', '127.0.0.0/8:*', '0.0.0.0:*'] };
  const verdicts = (context: Partial<BindContext>) =>
    ['127.0.0.1', '0.0.0.0', '127.0.0.2'].flatMap((address) =>
      [7000, 7001].map(
        (port) =>
          evaluateAddress(policyOf({ network }, context), 'connect', { address, port, protocol: 'tcp' }).verdict,
      ),
    );
  expect(verdicts({})).toEqual(Array(6).fill('allow'));
  expect(verdicts({ agentsProxyPort: 7000 })).toEqual(['block', 'allow', 'block', 'allow', 'allow', 'allow']);
});

test('rules keep their numbers when the machine has other name servers', () => {
  const permissions = {
    network: { egress: ['a.example'], dns: 'resolver' as const },
    require_approval: { network: { egress: ['192.0.2.1'] } },
  };
  const numbersOf = (...resolvers: string[]) => {
    const { network, names, paths } = policyOf(permissions, { resolvers });
    const own = network.filter(({ origin }) => !origin.pointer.endsWith('.dns'));
    return [...own, ...names, ...paths].map(({ id, origin }) => `${id} ${origin.pointer}`);
  };
  expect(numbersOf()).toEqual(numbersOf('127.0.0.53'));
  expect(numbersOf('127.0.0.53', '2001:db8::1', '192.0.2.2', '192.0.2.3')).toEqual(numbersOf('127.0.0.53'));
  expect(new Set(numbersOf().map((line) => line.split(' ')[0])).size).toBe(numbersOf().length);
});

test('a symbol that stands for a host is a rule on its name', () => {
  const policy = policyOf(
    { network: { egress: ['@npm', '@pypi'] } },
    { symbols: { '@npm': 'packages.example.com:8443' } },
  );
  expect(policy.names.map(({ name, ports, origin }) => [name, ports.low, origin.text])).toEqual([
    ['packages.example.com', 8443, '@npm'],
  ]);
});

test('a symbol that stands for several hosts is a rule on each', () => {
  const symbols = { '@pypi': 'index.example:443 files.example:443 192.0.2.7' };
  const policy = policyOf({ network: { egress: ['@pypi'] } }, { symbols });
  expect(policy.names.map(({ name, origin }) => [name, origin.text])).toEqual([
    ['index.example', '@pypi'],
    ['files.example', '@pypi'],
  ]);
  expect(policy.network.map(({ prefix }) => prefix)).toContain('192.0.2.7/32');
  expect(new Set([...policy.names, ...policy.network].map(({ id }) => id)).size).toBe(3);
});

test('on_violation is kept', () => {
  const policy = policyFromManifest(manifestOf({}, { on_violation: 'kill' }), CONTEXT);
  expect(policy.ok && policy.value.onViolation).toBe('kill');
  expect(policyOf({}).onViolation).toBe('block');
});

test.each([
  ['x/y', 'relative-path'],
  ['git', 'relative-path'],
  ['~other/x', 'unknown-symbol'],
  ['$HOME/x', 'unknown-symbol'],
  ['/a/../b', 'bad-pattern'],
  ['~/a//b', 'bad-pattern'],
  ['~/a**', 'bad-pattern'],
  ['~/', 'bad-pattern'],
])('%s is refused as %s, with its place', (text, code) => {
  const error = errorOf({ filesystem: { read: ['/ok', text] } });
  expect([error?.code, error?.pointer]).toEqual([code, 'permissions.filesystem.read[1]']);
  expect(error?.remedy).not.toBe('');
});

test('an address that is none is refused with its place', () => {
  const error = errorOf({ network: { egress: ['192.0.2.300:443'] } });
  expect([error?.code, error?.pointer]).toEqual(['bad-destination', 'permissions.network.egress[0]']);
});

test.each(['relative', '/home/../u'])('the home “%s” is refused', (home) => {
  expect(errorOf({}, { home })?.code).toBe('bad-context');
});

test('a grant by a linked path reaches the object that the link leads to, and still the path itself', () => {
  const links = new Map([
    ['/usr/bin/python3', '/usr/bin/python3.11'],
    ['/bin', '/usr/bin'],
    ['/srv/star', '/srv/a*b'],
  ]);
  const permissions = { exec: ['/usr/bin/python3', '/bin/*sh', '/srv/star/**'] };
  const policy = policyOf(permissions, { links });
  expect(allowed(policy, '/usr/bin/python3.11')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/usr/bin/python3')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/usr/bin/bash')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/srv/a*b/x')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/srv/axb/x')).toEqual([]);
  expect(policy.paths[1]?.origin.pointer).toBe('permissions.exec[0]');
  expect(fixedPaths(manifestOf(permissions), CONTEXT)).toEqual(['/bin', '/srv/star', '/usr/bin/python3']);
});

test('each name of a list in braces is followed as if it stood alone, to be granted and to be asked about', () => {
  const links = new Map([
    ['/usr/bin/gcc', '/usr/bin/x86_64-linux-gnu-gcc-12'],
    ['/usr/local/bin/npm', '/usr/lib/node_modules/npm/bin/npm-cli.js'],
    ['/usr/bin/su', '/srv/s*u'],
    ['/usr/bin/other', '/srv/other'],
  ]);
  const permissions = {
    exec: ['/usr/bin/{make,{g,c}cc}', '/usr/{bin,local/bin}/{node,npm}', '/usr/bin/o*'],
    require_approval: { exec: ['/usr/bin/{sudo,su}'] },
  };
  const policy = policyOf(permissions, { links });
  expect(allowed(policy, '/usr/bin/x86_64-linux-gnu-gcc-12')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/usr/lib/node_modules/npm/bin/npm-cli.js')).toEqual(['read', 'exec']);
  expect(allowed(policy, '/srv/other')).toEqual([]);
  const asked = (path: string) => evaluate(policy, [], { operation: 'exec', path }).verdict === 'require_approval';
  expect([asked('/srv/s*u'), asked('/srv/sxu')]).toEqual([true, false]);
});

test('a link that leads to no plain path is refused', () => {
  expect(errorOf({}, { links: new Map([['/a', '../b']]) })?.code).toBe('bad-context');
});

test('what is to be asked about wins over the same grant, and over the base', () => {
  const policy = policyOf({
    filesystem: { read: ['~/papers/**'], write: ['~/papers/**'] },
    exec: ['/usr/bin/git'],
    require_approval: { filesystem: { read: ['~/papers/private/**'] }, exec: ['/usr/bin/git'] },
  });
  const verdict = (operation: (typeof PATH_OPERATIONS)[number], path: string) =>
    evaluate(policy, [], { operation, path }).verdict;
  expect(verdict('read', '/home/u/papers/a')).toBe('allow');
  expect(verdict('read', '/home/u/papers/private/a')).toBe('require_approval');
  expect(verdict('write', '/home/u/papers/private/a')).toBe('allow');
  expect(verdict('exec', '/usr/bin/git')).toBe('require_approval');
  expect(verdict('read', '/usr/bin/git')).toBe('require_approval');
  expect(verdict('read', '/usr/bin/tar')).toBe('allow');
});

test('each list to be asked about asks for its operations and names its place', () => {
  const policy = policyOf({
    require_approval: {
      filesystem: { read: ['~/in/**'], write: ['$WORKSPACE/**'] },
      network: { egress: ['192.0.2.7:443'] },
      exec: ['/srv/tool'],
    },
  });
  const asked = (path: string) =>
    PATH_OPERATIONS.filter((operation) => evaluate(policy, [], { operation, path }).verdict === 'require_approval');
  expect(asked('/home/u/in/x')).toEqual(['read']);
  expect(asked('/home/u/work/x')).toEqual(['write', 'create', 'delete']);
  expect(asked('/srv/tool')).toEqual(['read', 'exec']);
  const pointers = [...policy.paths, ...policy.network].map(({ origin }) => origin.pointer);
  expect(pointers.filter((pointer) => pointer.includes('require_approval'))).toEqual([
    'permissions.require_approval.filesystem.read[0]',
    'permissions.require_approval.filesystem.write[0]',
    'permissions.require_approval.exec[0]',
    'permissions.require_approval.network.egress[0]',
  ]);
  const ids = [...policy.paths, ...policy.network].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a link to what is to be asked about is asked about', () => {
  const permissions = { require_approval: { exec: ['/usr/bin/python3'] } };
  const links = new Map([['/usr/bin/python3', '/usr/bin/python3.11']]);
  expect(fixedPaths(manifestOf(permissions), CONTEXT)).toEqual(['/usr/bin/python3']);
  const policy = policyOf(permissions, { links });
  expect(evaluate(policy, [], { operation: 'exec', path: '/usr/bin/python3.11' }).verdict).toBe('require_approval');
});

test('an address to be asked about wins over a network that is granted', () => {
  const policy = policyOf({
    network: { egress: ['192.0.2.0/24'] },
    require_approval: { network: { egress: ['192.0.2.7:443'] } },
  });
  const verdict = (address: string, port: number) =>
    evaluateAddress(policy, 'connect', { address, port, protocol: 'tcp' }).verdict;
  expect(verdict('192.0.2.7', 443)).toBe('require_approval');
  expect(verdict('192.0.2.8', 443)).toBe('allow');
});

test('no manifest grants changes of what root runs by itself, however broad it is', () => {
  const broad = policyOf({ filesystem: { read: ['/**'], write: ['/**'] } });
  for (const path of [
    '/run/systemd/system/ringfenced.service.d/agent.conf',
    '/run/systemd/transient/other.service',
    '/etc/cron.d/job',
    '/etc/sudoers.d/agent',
  ])
    expect([path, ...allowed(broad, path)]).toEqual([path, 'read']);
  // control: what lies beside it is granted
  expect(allowed(broad, '/run/systemd/other')).toEqual(['read', 'write', 'create', 'delete']);
  const rule = broad.paths.find(({ origin }) => origin.pointer === 'catalogue.system-start');
  expect(rule?.origin.text).toContain('/run/systemd/{system,');
  expect(new Set(broad.paths.map(({ id }) => id)).size).toBe(broad.paths.length);
});

test('a manifest that does not reach so far has no rule more', () => {
  const near = policyOf({ filesystem: { read: ['/**'], write: ['~/out/**', '/srv/**', '/var/tmp/**'] } });
  expect(near.paths.filter(({ origin }) => origin.pointer.startsWith('catalogue.'))).toEqual([]);
});
