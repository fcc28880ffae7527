import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeFrame } from '../../core/protocol/framing.ts';
import { MAX_REQUEST_BYTES } from '../../core/protocol/limits.ts';
import { sampleEntry, sampleManifestView, sampleSession } from '../../core/protocol/testing/samples.ts';
import type { Incident } from './incident.ts';
import type { ControlLimits } from './limits.ts';
import { type ScriptedServices, scriptedPeers, scriptedServices } from './scripted/services.ts';
import { type ControlServer, startControlServer } from './server.ts';
import { rawClient } from './testing/raw-client.ts';

const ALICE = 1000;
const BOB = 1001;
const ROOT = 0;

let folder: string;
let socketPath: string;
let incidents: Incident[];
let running: ControlServer | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-'));
  socketPath = join(folder, 'control.sock');
  incidents = [];
  running = null;
});

afterEach(async () => {
  await running?.close();
  rmSync(folder, { recursive: true });
});

async function serve(script: object = {}, limits: Partial<ControlLimits> = {}): Promise<ScriptedServices> {
  const services = scriptedServices(script);
  const report = (incident: Incident): void => void incidents.push(incident);
  const identifyPeer = scriptedPeers(script);
  const server = await startControlServer({ socketPath, services, identifyPeer, report, limits });
  if (!server.ok) throw new Error(server.error.message);
  running = server.value;
  return services;
}

const kinds = (): string[] => incidents.map((incident) => incident.kind);
const peers = (...uids: number[]): object => ({ peers: uids.map((uid) => ({ uid })) });
const both = {
  sessions: [sampleSession(ALICE), sampleSession(BOB)],
  entries: [sampleEntry(1, ALICE), sampleEntry(2, BOB), sampleEntry(3, ALICE)],
};
const emitBlock = (services: ScriptedServices, seq: number, owner: number, more: object = {}): void => {
  services.emit({ event: 'decision', data: sampleEntry(seq, owner, more) } as Parameters<ScriptedServices['emit']>[0]);
};

test('the first call is hello, and it gives the snapshot', async () => {
  await serve(both);
  const client = await rawClient(socketPath);
  expect((await client.call(1, 'status'))?.error?.data.code).toBe('hello-first');
  const hello = await client.hello();
  expect(hello?.result).toMatchObject({ protocol: 1, enforcement: { state: 'enforcing' }, sequence: 0 });
  expect(hello?.result?.sessions).toHaveLength(2);
  expect((await client.call(2, 'status'))?.result).toMatchObject({ records: 3 });
  expect((await client.hello())?.error?.data.code).toBe('hello-first');
});

test('another generation of the protocol is told so', async () => {
  await serve();
  const client = await rawClient(socketPath);
  const answer = await client.call(1, 'hello', { protocol: 2, client: { name: 'test', version: '9' } });
  expect(answer?.error?.data.code).toBe('incompatible-version');
  expect(answer?.error?.message).toContain('version 1');
});

test('an agent is refused, whatever its uid', async () => {
  await serve({ peers: [{ uid: ROOT, session: 'session-7' }] });
  const client = await rawClient(socketPath);
  expect((await client.hello())?.error?.data.code).toBe('peer-is-an-agent');
  expect(await client.receive()).toBeNull();
  expect(incidents).toMatchObject([{ kind: 'refused-peer', peer: { session: 'session-7' } }]);
});

test('a peer that the kernel does not name is refused', async () => {
  const services = scriptedServices({});
  const identifyPeer = async (): Promise<never> => {
    throw new Error('no such socket');
  };
  const server = await startControlServer({ socketPath, services, identifyPeer });
  running = server.ok ? server.value : null;
  const client = await rawClient(socketPath);
  expect((await client.hello())?.error?.data.code).toBe('peer-unknown');
});

test('a user sees only own sessions and records, root sees all', async () => {
  const services = await serve({ ...both, ...peers(ALICE, BOB, ROOT) });
  // A service that forgets to filter gives nothing away.
  const careless = async () => ({ ok: true as const, value: { entries: both.entries, next: null } });
  Object.assign(services.methods, { 'audit.query': careless });
  for (const [owner, sessions, records] of [
    [ALICE, 1, [1, 3]],
    [BOB, 1, [2]],
    [ROOT, 2, [1, 2, 3]],
  ] as const) {
    const client = await rawClient(socketPath);
    expect((await client.hello())?.result?.sessions, `hello of ${owner}`).toHaveLength(sessions);
    expect((await client.call(1, 'session.list'))?.result?.sessions).toHaveLength(sessions);
    const page = (await client.call(2, 'audit.query', { limit: 10 }))?.result as { entries: typeof both.entries };
    expect(page.entries.map((entry) => (entry.record as { seq: number }).seq)).toEqual(records);
    const others = await client.call(3, 'audit.get', { seq: 2 });
    if (owner === ALICE) expect(others?.error?.data.code).toBe('not-found');
    else expect(others?.result).toMatchObject({ owner: BOB });
  }
});

test('hello says what it takes this peer to allow something', async () => {
  await serve(peers(ALICE, ROOT));
  for (const answering of ['by-password', 'as-root']) {
    expect((await (await rawClient(socketPath)).hello())?.result).toMatchObject({ answering });
  }
});

test('a manifest is given to its owner alone, and a draft is signed for nobody else', async () => {
  const session = `session-${ALICE}`;
  const script = { ...both, manifests: { [session]: sampleManifestView() } };
  const services = await serve({ ...script, ...peers(ALICE, BOB, BOB) });
  const alice = await rawClient(socketPath);
  await alice.hello();
  expect((await alice.call(1, 'manifest.get', { session }))?.result).toMatchObject({ owner: ALICE });
  const draft = '{"skill_id": "a", "version": "1", "permissions": {}}';
  expect((await alice.call(2, 'manifest.sign', { session, draft }))?.result).toHaveProperty('manifest');
  const bob = await rawClient(socketPath);
  await bob.hello();
  expect((await bob.call(1, 'manifest.sign', { session, draft }))?.error?.data.code).toBe('not-found');
  // A service that forgets to look gives nothing away.
  const careless = async () => ({ ok: true as const, value: { ...sampleManifestView(), owner: ALICE } });
  Object.assign(services.methods, { 'manifest.get': careless });
  expect((await bob.call(2, 'manifest.get', { session }))?.error?.data.code).toBe('not-found');
});

test('events go to their owner and to root, in sequence, decisions only after subscribing', async () => {
  const services = await serve({ ...both, ...peers(ALICE, ROOT) });
  const alice = await rawClient(socketPath);
  await alice.hello();
  const root = await rawClient(socketPath);
  await root.hello();
  emitBlock(services, 4, ALICE);
  expect((await alice.call(1, 'audit.subscribe', { verdicts: ['block'] }))?.result).toEqual({ lastSeq: 4 });
  await root.call(1, 'audit.subscribe');
  emitBlock(services, 5, BOB);
  emitBlock(services, 6, ALICE, { verdict: 'allow' });
  emitBlock(services, 7, ALICE);
  services.emit({ event: 'status', data: { enforcement: { state: 'enforcing', kernel: 'k' } } });
  expect(await alice.receive()).toMatchObject({
    method: 'decision',
    params: { sequence: 1, data: { record: { seq: 7 } } },
  });
  expect(await alice.receive()).toMatchObject({ method: 'status', params: { sequence: 2 } });
  for (const [sequence, seq] of [
    [1, 5],
    [2, 6],
    [3, 7],
  ]) {
    expect(await root.receive()).toMatchObject({ params: { sequence, data: { record: { seq } } } });
  }
});

test('what happens while the snapshot is on its way comes after it', async () => {
  const services = await serve(peers(ROOT));
  const snapshot = services.snapshot;
  Object.assign(services, {
    snapshot: () => {
      const taken = snapshot();
      queueMicrotask(() =>
        services.emit({ event: 'status', data: { enforcement: { state: 'enforcing', kernel: 'new' } } }),
      );
      return taken;
    },
  });
  const client = await rawClient(socketPath);
  expect((await client.hello())?.id).toBe(0);
  expect(await client.receive()).toMatchObject({ method: 'status', params: { sequence: 1 } });
});

test.each([
  ['unknown-method', 'session.destroy', {}],
  ['unknown-method', '__proto__', {}],
  ['unknown-method', 'constructor', {}],
  ['invalid-params', 'audit.get', {}],
  ['invalid-params', 'audit.get', { seq: 1, extra: true }],
  ['invalid-params', 'audit.query', { limit: 1_000_000 }],
  ['not-found', 'audit.get', { seq: 99 }],
])('%s: %s %j', async (code, method, params) => {
  await serve();
  const client = await rawClient(socketPath);
  await client.hello();
  expect((await client.call(1, method, params))?.error?.data.code).toBe(code);
  expect((await client.call(2, 'status'))?.result).toBeDefined();
});

test.each([
  ['malformed-message', Buffer.from('Content-Length: 4\r\n\r\n{{{{')],
  ['invalid-request', encodeFrame({ jsonrpc: '2.0', method: 'status' })],
  ['invalid-request', encodeFrame({ jsonrpc: '2.0', id: null, method: 'status' })],
  ['invalid-request', encodeFrame({ jsonrpc: '2.0', id: 1, result: {} })],
  ['invalid-request', encodeFrame({ jsonrpc: '2.0', method: '$/cancelRequest' })],
  ['invalid-request', encodeFrame([{ jsonrpc: '2.0', id: 1, method: 'status' }])],
  ['invalid-request', encodeFrame({ jsonrpc: '2.0', id: 1, method: 'status', params: [1] })],
  ['invalid-request', encodeFrame(null)],
])('%s: survived, reported, and the connection goes on', async (code, bytes) => {
  await serve();
  const client = await rawClient(socketPath);
  await client.hello();
  client.socket.write(bytes);
  expect((await client.receive())?.error?.data.code).toBe(code);
  expect((await client.call(2, 'status'))?.result).toBeDefined();
  expect(kinds()).toEqual(['malformed-message']);
});

test('an id in use twice is refused, and the first call is still answered', async () => {
  const services = await serve();
  const slow = Promise.withResolvers<void>();
  const status = services.methods.status;
  Object.assign(services.methods, {
    status: async (...args: Parameters<typeof status>) => slow.promise.then(() => status(...args)),
  });
  const client = await rawClient(socketPath);
  await client.hello();
  client.send({ jsonrpc: '2.0', id: 1, method: 'status', params: {} });
  expect((await client.call(1, 'status'))?.error?.data.code).toBe('invalid-request');
  slow.resolve();
  expect(await client.receive()).toMatchObject({ id: 1, result: { records: 0 } });
});

test('too many malformed messages end the connection', async () => {
  await serve({}, { malformedMessages: 3 });
  const client = await rawClient(socketPath);
  for (let at = 0; at < 4; at++) client.socket.write('Content-Length: 1\r\n\r\n{');
  for (let at = 0; at < 4; at++) expect((await client.receive())?.error?.data.code).toBe('malformed-message');
  expect(await client.receive()).toBeNull();
  expect(kinds()).toContain('too-many-malformed');
});

test('an oversize message is refused by its header, and a whole one of the greatest size is read', async () => {
  await serve();
  const large = await rawClient(socketPath);
  await large.hello();
  const padding = ' '.repeat(MAX_REQUEST_BYTES - 60);
  const body = `{"jsonrpc":"2.0","id":5,"method":"status"${padding}}`;
  large.socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  expect(await large.receive()).toMatchObject({ id: 5, result: { records: 0 } });
  large.socket.write(`Content-Length: ${MAX_REQUEST_BYTES + 1}\r\n\r\n`);
  expect((await large.receive())?.error?.data.code).toBe('message-too-large');
  expect(await large.receive()).toBeNull();
  expect(kinds()).toEqual(['message-too-large']);
});

test('no bytes bring the server down', async () => {
  await serve({}, { helloWithin: 1000 });
  await fc.assert(
    fc.asyncProperty(fc.array(garbage(), { maxLength: 6 }), async (chunks) => {
      const client = await rawClient(socketPath);
      for (const chunk of chunks) client.socket.write(chunk);
      client.socket.end();
      while ((await client.receive()) !== null);
    }),
    { numRuns: 150 },
  );
  const client = await rawClient(socketPath);
  expect((await client.hello())?.result).toBeDefined();
});

function garbage(): fc.Arbitrary<Uint8Array> {
  const envelope = fc.record(
    {
      jsonrpc: fc.constantFrom('2.0', '1.0', 2),
      id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue()),
      method: fc.constantFrom('hello', 'status', 'audit.query', 'session.prepare', '$/cancelRequest', '$/progress', ''),
      params: fc.oneof(fc.jsonValue(), fc.constant({ protocol: 1, client: { name: 'x', version: 'y' } })),
      result: fc.jsonValue(),
      error: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.jsonValue().map((value) => encodeFrame(value)),
    envelope.map((value) => encodeFrame(value)),
  );
}

test('a flood is slowed down, reported once, and starves nobody', async () => {
  await serve(peers(ALICE, BOB), { requestBurst: 20, requestsPerSecond: 100 });
  const flood = await rawClient(socketPath);
  await flood.hello();
  const started = performance.now();
  for (let id = 1; id <= 60; id++) flood.send({ jsonrpc: '2.0', id, method: 'status', params: {} });
  const other = await rawClient(socketPath);
  await other.hello();
  expect(performance.now() - started).toBeLessThan(300);
  for (let id = 1; id <= 60; id++) expect((await flood.receive())?.id).toBe(id);
  expect(performance.now() - started).toBeGreaterThan(300);
  expect(kinds()).toEqual(['flood']);
});

test('a client that does not read is sent away, and the others are served meanwhile', async () => {
  const services = await serve(peers(ROOT), { queuedBytes: 100_000 });
  const slow = await rawClient(socketPath);
  await slow.hello();
  await slow.call(1, 'audit.subscribe');
  slow.socket.pause();
  for (let seq = 1; seq < 3000 && !kinds().includes('slow-client'); seq++) {
    emitBlock(services, seq, ALICE, { path: `/${'x'.repeat(4000)}` });
    if (seq % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(kinds()).toEqual(['slow-client']);
  const other = await rawClient(socketPath);
  expect((await other.hello())?.result).toBeDefined();
});

test('who does not greet, finish a message or read an answer in time is sent away', async () => {
  await serve(
    { entries: Array.from({ length: 900 }, (_, at) => sampleEntry(at + 1, ALICE, { path: `/${'x'.repeat(3000)}` })) },
    {
      helloWithin: 50,
      messageWithin: 50,
      drainWithin: 50,
    },
  );
  const silent = await rawClient(socketPath);
  expect(await silent.receive()).toBeNull();
  const halting = await rawClient(socketPath);
  await halting.hello();
  halting.socket.write('Content-Length: 10\r\n\r\n{');
  expect(await halting.receive()).toBeNull();
  const stuck = await rawClient(socketPath);
  await stuck.hello();
  stuck.socket.pause();
  stuck.send({ jsonrpc: '2.0', id: 1, method: 'audit.query', params: { limit: 900 } });
  await expect.poll(kinds).toEqual(['no-hello', 'unfinished-message', 'slow-client']);
});

test('an answer that is too large becomes an error', async () => {
  await serve({
    entries: Array.from({ length: 1000 }, (_, at) => sampleEntry(at + 1, ALICE, { path: `/${'x'.repeat(5000)}` })),
  });
  const client = await rawClient(socketPath);
  await client.hello();
  expect((await client.call(1, 'audit.query', { limit: 1000 }))?.error?.data.code).toBe('response-too-large');
  expect((await client.call(2, 'audit.query', { limit: 10 }))?.result).toBeDefined();
});

test('a user has only so many connections, and does not take those of others', async () => {
  await serve(peers(ALICE, ALICE, ALICE, BOB), { connectionsPerUser: 2 });
  const first = await rawClient(socketPath);
  const second = await rawClient(socketPath);
  await first.hello();
  await second.hello();
  const third = await rawClient(socketPath);
  expect((await third.receive())?.error?.data.code).toBe('too-many-connections');
  expect(await third.receive()).toBeNull();
  const bob = await rawClient(socketPath);
  expect((await bob.hello())?.result).toBeDefined();
});

test('a handler that fails or answers nonsense is an internal error that tells the client nothing', async () => {
  const services = await serve();
  Object.assign(services.methods, {
    status: async () => {
      throw new Error('secret detail');
    },
    doctor: async () => ({ ok: true, value: { state: 'perhaps' } }),
  });
  const client = await rawClient(socketPath);
  await client.hello();
  const failed = await client.call(1, 'status');
  expect(failed?.error?.data.code).toBe('internal-error');
  expect(JSON.stringify(failed)).not.toContain('secret');
  expect((await client.call(2, 'doctor'))?.error?.data.code).toBe('internal-error');
  expect(kinds()).toEqual(['handler-failed', 'invalid-result']);
});

test('an event that is none reaches nobody', async () => {
  const services = await serve();
  const client = await rawClient(socketPath);
  await client.hello();
  services.emit({ event: 'status', data: { enforcement: { state: 'maybe' } } } as never);
  expect((await client.call(1, 'status'))?.result).toBeDefined();
  expect(kinds()).toEqual(['invalid-event']);
});

test('the socket is open to all and its directory to none but us', async () => {
  await serve();
  expect(statSync(socketPath).mode & 0o777).toBe(0o666);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
  await running?.close();
  running = null;
  expect(existsSync(socketPath)).toBe(false);
});

test('a stale socket is replaced, a served one and an unsafe directory are not', async () => {
  const start = () =>
    startControlServer({ socketPath, services: scriptedServices({}), identifyPeer: scriptedPeers({}) });
  writeFileSync(socketPath, '');
  const first = await start();
  expect(first.ok).toBe(true);
  running = first.ok ? first.value : null;
  expect(await start()).toMatchObject({ ok: false, error: { code: 'already-running' } });
  await running?.close();
  running = null;
  chmodSync(folder, 0o777);
  expect(await start()).toMatchObject({ ok: false, error: { code: 'unsafe-directory' } });
  chmodSync(folder, 0o755);
  const long = join(folder, 'x'.repeat(200));
  const listening = await startControlServer({
    socketPath: long,
    services: scriptedServices({}),
    identifyPeer: scriptedPeers({}),
  });
  expect(listening).toMatchObject({ ok: false, error: { code: 'cannot-listen' } });
});

test('the helper stops with clients connected', async () => {
  await serve();
  const client = await rawClient(socketPath);
  await client.hello();
  await running?.close();
  running = null;
  expect(await client.receive()).toBeNull();
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(socketPath, resolve));
  await new Promise((resolve) => free.close(resolve));
});
