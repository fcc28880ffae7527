/** Unix sockets by name: what a manifest opens, and what stays closed around it. */
import { expect, test } from 'vitest';
import type { Manifest } from '../manifest/index.ts';
import type { BindContext } from './bind-context.ts';
import { DEPUTIES } from './deputies.ts';
import { evaluate, evaluateAddress, evaluateLocalName } from './evaluate.ts';
import { utf8 } from './pattern/bytes.ts';
import { policyFromManifest } from './policy-from-manifest.ts';
import type { Policy } from './rule.ts';
import { firstBaseRule } from './undeclared.ts';

const CONTEXT: BindContext = { home: '/home/u', workspace: '/home/u/work', skill: '/home/u/skill', tmpdir: '/tmp' };

function bind(permissions: Manifest['permissions'], top: Partial<Manifest> = {}, context: Partial<BindContext> = {}) {
  return policyFromManifest(
    { skill_id: 's', version: '1', permissions, hashes: {}, ...top },
    { ...CONTEXT, ...context },
  );
}

function policyOf(...parts: Parameters<typeof bind>): Policy {
  const policy = bind(...parts);
  if (!policy.ok) throw new Error(policy.error.message);
  return policy.value;
}

function connect(policy: Policy, path: string): { verdict: string; by: string | undefined } {
  const { verdict, rule } = evaluate(policy, [], { operation: 'connect', path });
  return { verdict, by: policy.paths.find(({ id }) => id === rule)?.origin.pointer };
}

const SOCKETS = {
  'ssh-agent': '/tmp/ssh-XXAbCd/agent.12',
  'gpg-agent': '/run/user/1000/gnupg/S.gpg-agent',
  docker: '/run/docker.sock',
  podman: '/run/user/1000/podman/podman.sock',
  containerd: '/run/containerd/containerd.sock',
  libvirt: '/run/libvirt/libvirt-sock',
  'session-bus': '/run/user/1000/bus',
  'accessibility-bus': '/run/user/1000/at-spi/bus_0',
  'system-bus': '/run/dbus/system_bus_socket',
  'systemd-user': '/run/user/1000/systemd/private',
  systemd: '/run/systemd/private',
  x11: '/tmp/.X11-unix/X0',
  wayland: '/run/user/1000/wayland-0',
  pipewire: '/run/user/1000/pipewire-0',
  compositor: '/run/user/1000/sway-ipc.1000.1.sock',
  tmux: '/tmp/tmux-1000/default',
  screen: '/run/screen/S-u/1.pts-0',
  'editor-ipc': '/home/u/.emacs.d/server/server',
} as const;

const EVERYWHERE = { unix_sockets: { connect: ['/**'] }, broad: true };

test.each(Object.entries(SOCKETS))('a grant of every path leaves %s closed', (name, path) => {
  const by = path.startsWith('/run/user/') ? 'desktop' : name;
  expect(connect(policyOf(EVERYWHERE), path)).toEqual({ verdict: 'block', by: `deputies.${by}` });
  expect(connect(policyOf({ unix_sockets: { connect: [path] } }), path).verdict).toBe('block');
});

test('where nothing connects and silence refuses, nothing needs closing', () => {
  const policy = policyOf({ filesystem: { read: ['/**'] }, broad: true });
  expect(policy.paths.some(({ origin }) => origin.source === 'deputy')).toBe(false);
  expect(connect(policy, SOCKETS.docker).verdict).toBe('block');
});

test('what is silent, asked about or audited does not open one', () => {
  const asking = policyOf({ require_approval: { unix_sockets: { connect: ['/run/**'] }, classes: ['net:new-host'] } });
  expect(connect(asking, SOCKETS.docker).verdict).toBe('block');
  expect(connect(asking, '/run/mysqld/mysqld.sock').verdict).toBe('require_approval');
  const audited = policyOf({}, { mode: 'audit' }, { audit: true });
  expect(connect(audited, SOCKETS['session-bus']).verdict).toBe('block');
});

const OPENED = DEPUTIES.filter(({ grant }) => grant !== 'never').map(({ name, grant }) => [name, grant] as const);

test.each(OPENED)('%s is opened by its name, and nothing else is', (name, grant) => {
  const policy = policyOf({ unix_sockets: { connect: [name] } });
  const expected = grant === 'ask' ? 'require_approval' : 'allow';
  for (const [other, path] of Object.entries(SOCKETS)) {
    expect(connect(policy, path).verdict).toBe(other === name ? expected : 'block');
  }
  const opened = policy.paths.find(({ origin }) => origin.text === name);
  expect(opened?.effect).toBe(expected);
  expect(opened?.origin.source).toBe('manifest');
});

test('who may be asked about is asked about, though it would be allowed', () => {
  const policy = policyOf({ require_approval: { unix_sockets: { connect: ['system-log'] } } });
  expect(connect(policy, '/run/systemd/journal/dev-log').verdict).toBe('require_approval');
});

test.each(DEPUTIES.filter(({ grant }) => grant === 'never').map(({ name }) => name))(
  '%s is opened by nothing',
  (name) => {
    const refused = bind({ unix_sockets: { connect: [name] } });
    expect(refused.ok ? null : [refused.error.code, refused.error.pointer]).toEqual([
      'bad-socket',
      'permissions.unix_sockets.connect[0]',
    ]);
  },
);

test('the rest of the desktop is closed, or may not be reached by a pattern beside one that is open', () => {
  const unknown = '/run/user/1000/some-daemon/socket';
  expect(connect(policyOf(EVERYWHERE), unknown)).toEqual({ verdict: 'block', by: 'deputies.desktop' });
  for (const broad of ['/run/user/*/**', '/run/user/1000/*', '/run/**']) {
    const both = bind({ unix_sockets: { connect: ['podman', broad] } });
    expect(both.ok ? null : both.error.pointer).toBe('permissions.unix_sockets.connect[1]');
  }
  const named = policyOf({ unix_sockets: { connect: ['podman', '/run/user/1000/some-daemon/socket'] } });
  expect(connect(named, unknown).verdict).toBe('allow');
  expect(connect(named, '/run/user/1000/other').verdict).toBe('block');
});

test('abstract names: those of deputies stay closed among those that are granted', () => {
  const policy = policyOf({ unix_sockets: { connect: ['@/tmp/*', '@one'] } });
  const said = (text: string) => evaluateLocalName(policy, utf8(text)).verdict;
  expect(['/tmp/mine', 'one', 'one\0', 'on', '/tmp/.X11-unix/X0', '/tmp/dbus-AbC'].map(said)).toEqual([
    'allow',
    'allow',
    'block',
    'block',
    'block',
    'block',
  ]);
  expect(evaluateLocalName(policyOf({}), utf8('/home/u/.cache/ibus/dbus-1')).reason).toBe('rule');
});

test('ports on loopback go with their deputy', () => {
  const egress = ['127.0.0.1:*', '192.0.2.1:9222'];
  const said = (policy: Policy, address: string, port: number) =>
    evaluateAddress(policy, 'connect', { address, port, protocol: 'tcp' }).verdict;
  const closed = policyOf({ network: { egress } });
  expect([said(closed, '127.0.0.1', 9222), said(closed, '127.0.0.1', 9224)]).toEqual(['block', 'allow']);
  expect(said(closed, '192.0.2.1', 9222)).toBe('allow');
  const opened = policyOf({ network: { egress }, unix_sockets: { connect: ['browser-debug'] } });
  expect([said(opened, '127.0.0.1', 9222), said(opened, '::1', 9222)]).toEqual([
    'require_approval',
    'require_approval',
  ]);
});

test('what was granted ends with trust in the skill, what is closed does not', () => {
  const policy = policyOf({ unix_sockets: { connect: ['browser-debug', '@one', 'ssh-agent'] } });
  const first = firstBaseRule(policy);
  for (const { id, origin } of [...policy.paths, ...policy.network, ...(policy.localNames ?? [])]) {
    expect(id < first).toBe(origin.source === 'manifest');
  }
  const ids = [...policy.paths, ...policy.network, ...(policy.localNames ?? [])]
    .map(({ id }) => id)
    .sort((a, b) => a - b);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
});
