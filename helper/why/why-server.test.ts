import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RefusalCause } from '../../core/protocol/approval.ts';
import { encodeFrame, frameDecoder } from '../../core/protocol/framing.ts';
import { recordNumber, type SessionId } from '../../core/protocol/scalars.ts';
import { success } from '../../core/result.ts';
import type { Peer } from '../control/peer.ts';
import { startWhyServer, type WhyServer } from './why-server.ts';

const REFUSAL: RefusalCause = {
  record: recordNumber.parse(12),
  timestamp: '2026-11-23T10:00:00.000000Z' as RefusalCause['timestamp'],
  operation: 'read',
  object: '/home/dev/Documents/passport.txt',
  cause: 'denied-by-person',
  count: 1,
  explanation: 'A person looked at this and said no.',
};

let folder: string;
let socketPath: string;
let server: WhyServer;
let session: SessionId | null;
let asked: [SessionId, number][];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'why-'));
  socketPath = join(folder, 'why.sock');
  session = 'own-session' as SessionId;
  asked = [];
  const started = await startWhyServer({
    socketPath,
    identifyPeer: async () => success({ pid: 1, uid: 1000, gid: 1000, pidfd: null, session } as Peer),
    refusals: async (whose, limit) => {
      asked.push([whose, limit]);
      return [REFUSAL];
    },
    report: () => {},
    patienceMs: 400,
  });
  if (!started.ok) throw new Error(started.error.message);
  server = started.value;
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Sends bytes as they are; everything that came back. */
function raw(bytes: Uint8Array | string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(socketPath, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

/** One question as an agent's client puts it; the answer as it is on the wire. */
async function why(params: { limit?: number } = {}): Promise<{ result?: unknown; error?: { data: { code: string } } }> {
  const decoder = frameDecoder(1 << 20);
  decoder.push(Buffer.from(await raw(encodeFrame({ jsonrpc: '2.0', id: 1, method: 'why', params }))));
  const frame = decoder.next();
  return frame?.kind === 'message' ? (frame.value as object) : {};
}

test('an agent hears of its own session', async () => {
  expect(await why({ limit: 3 })).toMatchObject({ result: { session: 'own-session', refusals: [REFUSAL] } });
  expect(asked).toEqual([['own-session', 3]]);
});

test('the session is the kernel’s word: naming another is no use', async () => {
  const text = await raw(encodeFrame({ jsonrpc: '2.0', id: 1, method: 'why', params: { session: 'another' } }));
  expect(text).not.toContain('another');
  for (const [whose] of asked) expect(whose).toBe('own-session');
});

test('whoever is no agent is sent elsewhere', async () => {
  session = null;
  expect(await why()).toMatchObject({ error: { data: { code: 'not-permitted' } } });
  expect(asked).toEqual([]);
});

test.each([
  [
    'another method',
    { jsonrpc: '2.0', id: 1, method: 'approvals.decide', params: { id: 1, option: 'allow-once' } },
    'unknown-method',
  ],
  ['no request', { hello: 1 }, 'invalid-request'],
  ['a wild limit', { jsonrpc: '2.0', id: 1, method: 'why', params: { limit: 1e9 } }, 'invalid-params'],
])('%s is refused', async (_name, message, code) => {
  expect(await raw(encodeFrame(message))).toContain(code);
  expect(asked).toEqual([]);
});

test('garbage and silence end the connection', async () => {
  await raw('x'.repeat(100_000)).catch(() => {});
  const begin = Date.now();
  expect(await raw('')).toBe('');
  expect(Date.now() - begin).toBeLessThan(3000);
  expect(asked).toEqual([]);
  expect(await why()).toHaveProperty('result');
});

test('a session that asks all the time is told to wait', async () => {
  const answers = [];
  for (let index = 0; index < 12; index++) answers.push(await why());
  expect(answers.filter(({ result }) => result).length).toBeLessThan(12);
  expect(answers.at(-1)).toMatchObject({ error: { data: { code: 'limit-reached' } } });
});
