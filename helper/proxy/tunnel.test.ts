import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as tls from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type TunnelRefusal, tunnel } from './tunnel.ts';

// The tests' server can only be on loopback: for it alone 127.0.0.1 counts as public. The rule itself has its own tests.
vi.mock('../../core/proxy/public-address.ts', async (original) => {
  const { isPublicAddress } = await original<typeof import('../../core/proxy/public-address.ts')>();
  return { isPublicAddress: (address: string) => address === '127.0.0.1' || isPublicAddress(address) };
});

const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
const AUTHORIZATION = `Basic ${Buffer.from('ringfence:secret').toString('base64')}`;
let origin: tls.Server;
let port = 0;
let proxy: Server;
let refusals: TunnelRefusal[] = [];
let slow = Promise.resolve();
/** Connections that the origin has ever had. */
let came = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  const files = [join(folder, 'key'), join(folder, 'certificate')] as const;
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test -keyout ${files[0]} -out ${files[1]}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  origin = tls.createServer({ key: readFileSync(files[0]), cert: readFileSync(files[1]) }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => socket.end(`heard ${chunk}`));
  });
  origin.on('connection', () => {
    came += 1;
  });
  await new Promise<void>((ready) => origin.listen(0, '127.0.0.1', ready));
  port = (origin.address() as AddressInfo).port;
  proxy = createServer({ allowHalfOpen: true }, (client) => {
    sockets.push(client);
    void tunnel(client, {
      authorization: AUTHORIZATION,
      names: [
        { name: 'api.example.com', ports: { low: port, high: port }, effect: 'allow' },
        { name: '*.example.org', ports: { low: port, high: port }, effect: 'allow' },
        { name: 'trap.example.com', ports: { low: port, high: port }, effect: 'allow' },
        { name: 'gone.example.com', ports: { low: 1, high: 65_535 }, effect: 'allow' },
        { name: 'slow.example.com', ports: { low: port, high: port }, effect: 'allow' },
        { name: 'many.example.com', ports: { low: port, high: port }, effect: 'allow' },
      ],
      resolve: async (host) => {
        if (host === 'gone.example.com') throw new Error('ENOTFOUND');
        if (host === 'slow.example.com') await slow;
        if (host === 'many.example.com') return Array.from({ length: 250 }, () => ({ address: '10.0.0.1', family: 4 }));
        return [{ address: host === 'trap.example.com' ? '169.254.169.254' : '127.0.0.1', family: 4 }];
      },
      refused: (refusal) => refusals.push(refusal),
    });
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
});

afterEach(() => {
  refusals = [];
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => {
  origin.close();
  proxy.close();
  rmSync(folder, { recursive: true });
});

/** The proxy's answer to a request, and the socket behind it. */
async function ask(target: string, headers = `Proxy-Authorization: ${AUTHORIZATION}\r\n`, method = 'CONNECT') {
  const socket = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${target}\r\n${headers}\r\n`);
  const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  return { socket, status: Number(String(chunk).split(' ')[1]), said: String(chunk) };
}

/** What the origin answers through an opened tunnel; null when the connection ends first. */
function speak(socket: Socket, servername: string | undefined): Promise<string | null> {
  return new Promise((resolve) => {
    const secure = tls.connect({
      socket,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    secure.on('secureConnect', () => secure.write('hello'));
    secure.on('data', (chunk) => resolve(String(chunk)));
    secure.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
  });
}

test.each(['api.example.com', 'deep.down.example.org', 'API.Example.com.'])('%s is reached', async (host) => {
  const { socket, status } = await ask(`${host}:${port}`);
  expect(status).toBe(200);
  expect(await speak(socket, host.toLowerCase().replace(/\.$/, ''))).toBe('heard hello');
  expect(refusals).toEqual([]);
});

test.each([
  ['example.org', 'is not in the manifest'],
  ['evil-example.org', 'is not in the manifest'],
  ['api.example.com.evil.net', 'is not in the manifest'],
  ['trap.example.com', 'which is not public'],
  ['gone.example.com', 'has no address'],
])('%s is refused, and the helper is told', async (host, why) => {
  const { status, said } = await ask(`${host}:${port}`);
  expect(status).toBe(403);
  expect(said).toContain(why);
  expect(refusals).toMatchObject([{ host, port }]);
});

test('another port of a granted host is refused', async () => {
  expect(await ask(`api.example.com:${port + 1}`)).toMatchObject({ status: 403 });
});

test.each([
  ['', 'none'],
  [`Proxy-Authorization: Basic ${Buffer.from('ringfence:other').toString('base64')}\r\n`, 'another one'],
  ['Proxy-Authorization: \r\n', 'an empty one'],
])('without the session’s word nothing is said about names (%#)', async (headers) => {
  expect(await ask(`api.example.com:${port}`, headers)).toMatchObject({ status: 407 });
  expect(refusals).toEqual([]);
});

test.each([
  ['GET', 'http://api.example.com/', 405],
  ['CONNECT', '127.0.0.1:443', 400],
  ['CONNECT', '[::1]:443', 400],
  ['CONNECT', '2130706433:443', 400],
  ['CONNECT', '0x7f.1:443', 400],
  ['CONNECT', 'api.example.com', 400],
  ['CONNECT', 'api.example.com:0', 400],
  ['CONNECT', 'user@api.example.com:443', 400],
])('%s %s is answered %d', async (method, target, status) => {
  expect(await ask(target, undefined, method)).toMatchObject({ status });
});

test('a greeting for another name ends the connection before the server hears of it', async () => {
  const { socket } = await ask(`api.example.com:${port}`);
  expect(await speak(socket, 'evil.example.net')).toBeNull();
  expect(refusals).toMatchObject([{ message: 'its TLS greeting is for evil.example.net' }]);
});

test('a greeting without a name, and one that is none, end it too', async () => {
  const nameless = await ask(`api.example.com:${port}`);
  expect(await speak(nameless.socket, '')).toBeNull();
  const plain = await ask(`api.example.com:${port}`);
  const ended = new Promise((resolve) => plain.socket.once('close', resolve));
  plain.socket.write('GET / HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
  await ended;
  expect(refusals.map(({ message }) => message)).toEqual([
    'it does not say whom it wants to speak to',
    'it does not begin with a TLS greeting',
  ]);
});

test('a greeting byte by byte is the same greeting', async () => {
  const { socket } = await ask(`api.example.com:${port}`);
  const write = socket.write.bind(socket);
  socket.write = ((chunk: Buffer, ...rest: never[]) => {
    for (const byte of chunk.subarray(0, 60)) write(Buffer.of(byte));
    return write(chunk.subarray(60), ...rest);
  }) as never;
  expect(await speak(socket, 'api.example.com')).toBe('heard hello');
});

test('who says its request a byte at a time has no longer for it than others', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const heard = new Promise<Socket>((resolve) => proxy.once('connection', resolve));
    const client = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    const behind = await heard;
    const closed = new Promise((resolve) => behind.once('close', () => resolve('closed')));
    for (const byte of 'CONNECT') {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(3000);
    }
    expect(await Promise.race([closed, delay(2000, 'open')])).toBe('closed');
  } finally {
    vi.useRealTimers();
  }
});

test('who is gone by the time the server answers leaves no connection behind', async () => {
  let resolved = (): void => undefined;
  slow = new Promise<void>((resolve) => {
    resolved = resolve;
  });
  const before = came;
  const heard = new Promise<Socket>((resolve) => proxy.once('connection', resolve));
  const client = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
  const target = `slow.example.com:${port}`;
  client.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Authorization: ${AUTHORIZATION}\r\n\r\n`);
  const behind = await heard;
  await delay(100);
  const closed = new Promise((resolve) => behind.once('close', resolve));
  client.resetAndDestroy();
  await closed;
  resolved();
  const open = () => new Promise((resolve) => origin.getConnections((_error, count) => resolve(count)));
  await expect.poll(async () => (came > before ? await open() : 'none came')).toBe(0);
});

test('a name of many private addresses is refused in few words', async () => {
  expect(await ask(`many.example.com:${port}`)).toMatchObject({ status: 403 });
  expect(refusals[0]?.message).toBe(
    'many.example.com leads to 10.0.0.1, 10.0.0.1, 10.0.0.1 and 247 more, which is not public',
  );
});
