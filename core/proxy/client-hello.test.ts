import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import * as tls from 'node:tls';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { MAX_HELLO_BYTES, readClientHello } from './client-hello.ts';

let real: Uint8Array;

/** What OpenSSL really sends. */
async function greeting(options: tls.ConnectionOptions): Promise<Uint8Array> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const client = tls.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const [chunk] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return new Uint8Array(chunk);
}

beforeAll(async () => {
  real = await greeting({ servername: 'Api.Example.com' });
});

const NAMED = { kind: 'hello', serverName: 'api.example.com' };
const name = Buffer.from('Api.Example.com');

/** The same greeting with its handshake cut into records of so many bytes. */
function inRecords(hello: Uint8Array, size: number): Uint8Array {
  const message = hello.subarray(5);
  const records: number[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(22, 3, 1, part.length >> 8, part.length & 255, ...part);
  }
  return Uint8Array.from(records);
}

/** With one more extension of that type, all lengths put right. */
function withExtension(hello: Uint8Array, type: number, content: readonly number[]): Uint8Array {
  const extra = [type >> 8, type & 255, content.length >> 8, content.length & 255, ...content];
  const bytes = [...hello, ...extra];
  const add = (at: number, size: number): void => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
    value += extra.length;
    for (let i = size - 1; i >= 0; i--, value = Math.floor(value / 256)) bytes[at + i] = value % 256;
  };
  const session = 5 + 4 + 2 + 32;
  const suites = session + 1 + (bytes[session] ?? 0);
  const compression = suites + 2 + (bytes[suites] ?? 0) * 256 + (bytes[suites + 1] ?? 0);
  const extensions = compression + 1 + (bytes[compression] ?? 0);
  add(3, 2);
  add(6, 3);
  add(extensions, 2);
  return Uint8Array.from(bytes);
}

test('the name in a real greeting, in lower case', () => {
  expect(readClientHello(real)).toEqual(NAMED);
});

test('every beginning of it wants more', () => {
  for (let length = 0; length < real.length; length++) {
    expect(readClientHello(real.subarray(0, length)), `${length} bytes`).toEqual({ kind: 'more' });
  }
});

test('what comes after it does not matter, and neither does how it is cut into records', () => {
  expect(readClientHello(Uint8Array.from([...real, 20, 3, 3, 0, 1, 1]))).toEqual(NAMED);
  for (const size of [1, 3, 100, 16_384]) expect(readClientHello(inRecords(real, size)), `${size}`).toEqual(NAMED);
});

test('a greeting without a name is refused', async () => {
  expect(readClientHello(await greeting({ servername: '' }))).toMatchObject({ kind: 'refused' });
});

test('Encrypted Client Hello is refused, whatever it says in the open', () => {
  expect(readClientHello(withExtension(real, 0xaaaa, [1, 2]))).toEqual(NAMED);
  expect(readClientHello(withExtension(real, 0xfe0d, [1, 2]))).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('hides'),
  });
});

test('two names are refused', () => {
  const again = [0, name.length + 3, 0, 0, name.length, ...name];
  expect(readClientHello(withExtension(real, 0, again))).toMatchObject({ kind: 'refused' });
});

test('a name that could be read in two ways is refused', () => {
  const at = Buffer.from(real).indexOf(name);
  for (const byte of [0, 0x20, 0x0a, 0xe9, 0x2f]) {
    const spoilt = Uint8Array.from(real);
    spoilt[at + 3] = byte;
    expect(readClientHello(spoilt), `${byte}`).toMatchObject({ kind: 'refused' });
  }
});

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['SSL 2', Buffer.from([0x80, 0x2e, 1, 0, 2])],
  ['an alert', Buffer.from([21, 3, 1, 0, 2, 1, 0])],
  ['a server’s greeting', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
  ['an empty record', Buffer.from([22, 3, 1, 0, 0, 22, 3, 1])],
  ['one longer than any', Buffer.from([22, 3, 1, 0, 4, 1, 255, 255, 255])],
])('%s is none', (_what, bytes) => {
  expect(readClientHello(bytes)).toMatchObject({ kind: 'refused' });
});

test('whatever comes: no exception, no endless wait, no name that is none', () => {
  const changed = fc
    .array(fc.tuple(fc.nat({ max: 5000 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 })
    .map((changes) => {
      const bytes = Uint8Array.from(real);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      const read = readClientHello(bytes);
      if (read.kind === 'hello') expect(read.serverName).toMatch(/^[a-z0-9_.-]{1,253}$/);
    }),
    { numRuns: 20_000 },
  );
  const endless = inRecords(
    Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 0x7f, 0, ...new Array(MAX_HELLO_BYTES).fill(7)]),
    4000,
  );
  expect(readClientHello(endless).kind).not.toBe('more');
});
