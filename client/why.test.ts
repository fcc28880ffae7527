import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { protocolError, toWireError } from '../core/protocol/errors.ts';
import { encodeFrame, frameDecoder } from '../core/protocol/framing.ts';
import { askWhy } from './why.ts';

const REFUSAL = {
  record: 12,
  timestamp: '2026-11-23T10:00:00.000000Z',
  operation: 'read',
  object: '/home/dev/Documents/passport.txt',
  cause: 'denied-by-person',
  count: 1,
  explanation: 'A person looked at this and said no.',
};

let folder: string;
let socketPath: string;
let server: Server;
let asked: unknown[];
let answer: object | null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'why-'));
  socketPath = join(folder, 'why.sock');
  asked = [];
  answer = { result: { session: 'own', refusals: [REFUSAL] } };
  server = createServer((socket) => {
    const decoder = frameDecoder(1 << 20);
    socket.on('data', (bytes: Uint8Array) => {
      decoder.push(bytes);
      const frame = decoder.next();
      if (frame?.kind !== 'message') return;
      asked.push(frame.value);
      if (answer) socket.write(encodeFrame({ jsonrpc: '2.0', id: 1, ...answer }));
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('the refusals of the own session come back', async () => {
  expect(await askWhy({ socketPath, limit: 3 })).toEqual({ ok: true, value: { session: 'own', refusals: [REFUSAL] } });
  expect(asked).toMatchObject([{ method: 'why', params: { limit: 3 } }]);
});

test('the helper’s no keeps its word', async () => {
  answer = { error: toWireError(protocolError('limit-reached', 'ask less often')) };
  expect(await askWhy({ socketPath })).toMatchObject({ ok: false, error: { code: 'limit-reached' } });
});

test.each([
  ['an answer of another shape', { result: { refusals: 'none' } }, 'incompatible'],
  ['a connection that ends without one', null, 'lost'],
])('%s is said so', async (_name, told, code) => {
  answer = told;
  expect(await askWhy({ socketPath })).toMatchObject({ ok: false, error: { code } });
});

test('a helper that is not there is said so', async () => {
  expect(await askWhy({ socketPath: join(folder, 'nobody') })).toMatchObject({
    ok: false,
    error: { code: 'not-running' },
  });
});
