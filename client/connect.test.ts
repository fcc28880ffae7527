import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { encodeFrame, frameDecoder } from '../core/protocol/framing.ts';
import { sampleEntry, sampleSession } from '../core/protocol/testing/samples.ts';
import { connect } from './connect.ts';
import { stateAfter } from './connection-state.ts';
import type { HelperClient, SequencedEvent } from './helper-client.ts';
import { type ScriptedHelper, scriptedHelper } from './testing/scripted-helper.ts';

const ALICE = 1000;
const who = { client: { name: 'test', version: '1' } };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function helper(script: object = {}): Promise<ScriptedHelper> {
  const started = await scriptedHelper(script);
  cleanups.push(() => started.stop());
  return started;
}

async function greeted(socketPath: string): Promise<HelperClient> {
  const connected = await connect({ socketPath, ...who });
  if (!connected.ok) throw new Error(connected.error.message);
  cleanups.push(() => connected.value.close());
  return connected.value;
}

/** A helper that answers each message by hand. */
async function crookedHelper(
  answer: (message: { id: number; method: string }, socket: Socket) => void,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'crooked-'));
  const path = join(folder, 's');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const decoder = frameDecoder(1 << 20);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Uint8Array) => {
      decoder.push(bytes);
      for (let frame = decoder.next(); frame?.kind === 'message'; frame = decoder.next()) {
        answer(frame.value as { id: number; method: string }, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
}

const snapshot = {
  protocol: 1,
  helperVersion: '1',
  enforcement: { state: 'enforcing', kernel: 'k' },
  sessions: [],
  approvals: [],
  grants: [],
  sequence: 0,
};
const say = (socket: Socket, message: object): void => void socket.write(encodeFrame({ jsonrpc: '2.0', ...message }));

test('it connects, has the snapshot, and calls are typed both ways', async () => {
  const { socketPath } = await helper({ sessions: [sampleSession(ALICE)], entries: [sampleEntry(1, ALICE)] });
  const client = await greeted(socketPath);
  expect(client.snapshot.sessions.map((session) => session.skillId)).toEqual(['mail-triage']);
  const page = await client.call('audit.query', { limit: 10 });
  expect(page.ok && page.value.entries[0]?.record.path).toBe('/home/dev/.ssh/id_rsa');
  const [status, none] = await Promise.all([client.call('status', {}), client.call('audit.get', { seq: 9 })]);
  expect(status.ok).toBe(true);
  expect(none).toMatchObject({ ok: false, error: { code: 'not-found' } });
});

test('events come in sequence, also to a listener that comes late', async () => {
  const started = await helper();
  const client = await greeted(started.socketPath);
  await client.call('audit.subscribe', {});
  started.emit('decision', sampleEntry(1, ALICE));
  started.emit('session.started', sampleSession(ALICE));
  await client.call('status', {});
  const heard: SequencedEvent[] = [];
  const stop = client.onEvent((happened) => heard.push(happened));
  await expect
    .poll(() => heard.map(({ sequence, event }) => [sequence, event]))
    .toEqual([
      [1, 'decision'],
      [2, 'session.started'],
    ]);
  stop();
  started.emit('session.ended', sampleSession(ALICE));
  await client.call('status', {});
  expect(heard).toHaveLength(2);
});

test('no helper: it says so and how to start it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nobody-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const absent = await connect({ socketPath: join(folder, 'none'), ...who });
  expect(absent).toMatchObject({
    ok: false,
    error: { code: 'not-running', remedy: expect.stringContaining('/opt/ringfence/bin/ringfenced') },
  });
  writeFileSync(join(folder, 'file'), '');
  const dead = await connect({ socketPath: join(folder, 'file'), ...who });
  expect(dead).toMatchObject({ ok: false, error: { code: 'not-running' } });
});

test('an agent is told that it is refused', async () => {
  const { socketPath } = await helper({ peers: [{ uid: 0, session: 's1' }] });
  const refused = await connect({ socketPath, ...who });
  expect(refused).toMatchObject({ ok: false, error: { code: 'refused', error: { code: 'peer-is-an-agent' } } });
});

test('an error that answers no call ends the connection with its reason', async () => {
  const path = await crookedHelper((_message, socket) =>
    say(socket, {
      id: null,
      error: { code: 6, message: 'no connection left', data: { code: 'too-many-connections' } },
    }),
  );
  const refused = await connect({ socketPath: path, ...who });
  expect(refused).toMatchObject({ ok: false, error: { code: 'refused', error: { code: 'too-many-connections' } } });
});

test('another version is incompatible, whether it says so or cannot be read', async () => {
  const says = await crookedHelper(({ id }, socket) =>
    say(socket, { id, error: { code: 2, message: 'version 2 here', data: { code: 'incompatible-version' } } }),
  );
  expect(await connect({ socketPath: says, ...who })).toMatchObject({ ok: false, error: { code: 'incompatible' } });
  const odd = await crookedHelper(({ id }, socket) => say(socket, { id, result: { ...snapshot, sessions: 'many' } }));
  expect(await connect({ socketPath: odd, ...who })).toMatchObject({ ok: false, error: { code: 'incompatible' } });
  const noise = await crookedHelper((_message, socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(await connect({ socketPath: noise, ...who })).toMatchObject({ ok: false, error: { code: 'incompatible' } });
});

test('a helper that does not answer is not waited for', async () => {
  const path = await crookedHelper(() => undefined);
  const silent = await connect({ socketPath: path, ...who, within: 50 });
  expect(silent).toMatchObject({ ok: false, error: { code: 'no-answer' } });
});

test('a helper that dies ends the connection and every call', async () => {
  const folder = await scriptedHelper();
  const client = await greeted(folder.socketPath);
  const pending = client.call('status', {});
  folder.kill();
  await pending;
  expect(await client.ended).toMatchObject({ code: 'lost' });
  expect(await client.call('status', {})).toMatchObject({ ok: false, error: { code: 'lost' } });
});

test('a missing event ends the connection, an unknown one does not', async () => {
  const path = await crookedHelper(({ id, method }, socket) => {
    if (method === 'hello') {
      say(socket, { id, result: snapshot });
      say(socket, { method: 'event.of.tomorrow', params: { sequence: 1, data: {} } });
      say(socket, { method: 'status', params: { sequence: 2, data: { enforcement: snapshot.enforcement } } });
    } else say(socket, { method: 'status', params: { sequence: 4, data: { enforcement: snapshot.enforcement } } });
  });
  const client = await greeted(path);
  const heard: number[] = [];
  client.onEvent(({ sequence }) => heard.push(sequence));
  await expect.poll(() => heard).toEqual([2]);
  expect(await client.call('status', {})).toMatchObject({ ok: false, error: { code: 'lost' } });
  expect(await client.ended).toMatchObject({ message: expect.stringContaining('missing') });
  expect(heard).toEqual([2]);
});

test('closing is no loss', async () => {
  const { socketPath } = await helper();
  const client = await greeted(socketPath);
  client.close();
  expect(await client.ended).toBeNull();
});

test('every error leaves a state behind', () => {
  const error = { message: '', remedy: '' };
  expect(stateAfter({ code: 'not-running', ...error }).state).toBe('absent');
  expect(stateAfter({ code: 'incompatible', ...error }).state).toBe('incompatible');
  expect(stateAfter({ code: 'forbidden', ...error }).state).toBe('denied');
  expect(stateAfter({ code: 'lost', ...error }).state).toBe('lost');
});
