import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_MANIFEST_BASE64, MAX_REQUEST_BYTES } from './limits.ts';
import { isMethod, METHODS, type MethodName } from './methods.ts';
import type { Uid } from './scalars.ts';

const ALICE = 1000 as Uid;

const session = (owner: number) => ({
  id: `s${owner}`,
  owner,
  skillId: 'mail',
  skillVersion: '1.0.0',
  keyName: 'alice',
  manifestPath: '/skills/mail/clawmanifest.json',
  workingDirectory: '/work',
  command: ['agent'],
  startedAt: '2026-01-01T00:00:00.000000Z',
  endedAt: null,
  pids: [10],
  blocks: 0,
});

test('no parameters make a schema throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(METHODS) as MethodName[])), fc.anything(), (name, params) => {
      METHODS[name].params.safeParse(params);
      METHODS[name].result.safeParse(params);
    }),
  );
});

test('a parameter that the helper does not know is an error in every method', () => {
  const valid: Record<MethodName, object> = {
    hello: { protocol: 1, client: { name: 'test', version: '1' } },
    'session.reserveProxy': {},
    'session.prepare': {
      manifestPath: '/m',
      manifest: 'e30=',
      workingDirectory: '/w',
      command: ['true'],
      pid: 1,
    },
    'session.list': {},
    'manifest.get': { session: 's1' },
    'manifest.sign': { session: 's1', draft: '{}' },
    'keys.list': {},
    'keys.add': { key: 'ringfence-ed25519 AAAA alice' },
    'keys.trust': { manifestPath: '/m', manifest: 'e30=', keyId: `sha256:${'0'.repeat(64)}` },
    'keys.remove': { keyId: `sha256:${'0'.repeat(64)}` },
    'keys.revoke': { keyId: `sha256:${'0'.repeat(64)}`, reason: 'stolen' },
    'keys.repin': { skill: 'mail' },
    'starters.list': {},
    'starters.install': { id: 'claude-code' },
    'starters.remove': { id: 'claude-code' },
    'mode.list': {},
    'mode.set': { agent: null, mode: 'enforce' },
    'everyone.get': {},
    'everyone.setStage': { stage: 'enforcing' },
    'everyone.override': { location: 'ssh-keys', others: 'deny' },
    'everyone.accept': { program: '/usr/bin/rclone', location: '*' },
    'everyone.revoke': { program: '/usr/bin/rclone' },
    'everyone.inbox': {},
    'everyone.dismiss': { id: '0'.repeat(32) },
    'approvals.list': {},
    'approvals.attend': {},
    'approvals.decide': { id: 1, option: 'deny' },
    'approvals.revoke': { grant: 1 },
    'audit.query': { limit: 1 },
    'audit.get': { seq: 1 },
    'audit.verify': {},
    'audit.subscribe': {},
    status: {},
    doctor: {},
  };
  for (const [name, params] of Object.entries(valid)) {
    const schema = METHODS[name as MethodName].params;
    expect(schema.safeParse(params).success, name).toBe(true);
    expect(schema.safeParse({ ...params, surprise: 1 }).success, name).toBe(false);
  }
});

test('names of the prototype are no methods', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) expect(isMethod(name)).toBe(false);
  expect(isMethod('hello')).toBe(true);
});

test('a result is narrowed to what belongs to the caller', () => {
  const sessions = [session(1000), session(1001)].map((each) =>
    METHODS['session.list'].result.shape.sessions.element.parse(each),
  );
  const list = METHODS['session.list'];
  expect(list.access === 'own' && list.narrow({ sessions }, ALICE)?.sessions.map((each) => each.owner)).toEqual([1000]);
});

test('a manifest is for its owner alone', () => {
  const get = METHODS['manifest.get'];
  const signature = { state: 'valid', keyName: 'alice', byThisMachine: false };
  const view = get.result.parse({ owner: 1000, path: '/m', text: '{}', signature, changedSince: false });
  if (get.access !== 'own') throw new Error('open to everyone');
  expect(get.narrow(view, ALICE)).toEqual(view);
  expect(get.narrow(view, 1001 as Uid)).toBeUndefined();
});

test('a binding is for its owner, or for everyone', () => {
  const list = METHODS['keys.list'];
  const [keyId, keyName, version] = [`sha256:${'0'.repeat(64)}`, 'alice', null];
  const bindings = [1000, 1001, null].map((owner) => ({ owner, skill: 'mail', keyId, keyName, version }));
  const ring = list.result.parse({ keys: [], revocations: [], bindings, complaints: [] });
  if (list.access !== 'own') throw new Error('open to everyone');
  expect(list.narrow(ring, ALICE)?.bindings.map(({ owner }) => owner)).toEqual([1000, null]);
});

test('the greatest manifest fits in a request', () => {
  expect(MAX_REQUEST_BYTES).toBeGreaterThan(MAX_MANIFEST_BASE64 + 1024 * 1024 - 1);
});

test.each(['relative', '', '/a\0b', `/${'x'.repeat(5000)}`])('path %j is refused', (path) => {
  const params = { manifestPath: path, manifest: '', workingDirectory: '/', command: ['x'], pid: 2 };
  expect(METHODS['session.prepare'].params.safeParse(params).success).toBe(false);
});
