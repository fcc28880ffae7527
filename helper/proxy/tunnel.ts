/** One connection through the proxy: the request, the greeting that must say the same name, then bytes both ways. */
import { timingSafeEqual } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { MAX_HELLO_BYTES, readClientHello } from '../../core/proxy/client-hello.ts';
import { type ConnectHead, MAX_HEAD_BYTES, readConnectHead } from '../../core/proxy/connect-head.ts';
import { type ProxiedName, reaches } from '../../core/proxy/proxied-names.ts';
import { isPublicAddress } from '../../core/proxy/public-address.ts';

/** Milliseconds that a client has for its request, a server to answer, and a client for its greeting. */
const PATIENCE_MS = 15_000;
/** Addresses that a refusal names. */
const FEW_ADDRESSES = 3;

export type TunnelOptions = {
  /** The whole value of Proxy-Authorization. */
  readonly authorization: string;
  readonly names: readonly ProxiedName[];
  /** Every address of a name. @throws as dns.lookup does */
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  /** Told of what was refused once it was authorised. */
  readonly refused: (refusal: TunnelRefusal) => void;
};

export type TunnelRefusal = { readonly host: string; readonly port: number; readonly message: string };

export async function tunnel(client: Socket, options: TunnelOptions): Promise<void> {
  client.on('error', () => client.destroy());
  const head = await inTime(client, readHead(client));
  if (head === null) return;
  if (!head.ok) return answer(client, head.error.status, head.error.message);
  const { host, port } = head.value;
  if (!isAuthorised(head.value, options.authorization)) return answer(client, 407, 'this proxy is another session’s');
  const refuse = (message: string): void => {
    options.refused({ host, port, message });
    answer(client, 403, message);
  };
  if (!reaches(options.names, host, port)) return refuse(`${host}:${port} is not in the manifest`);
  const addresses = await publicAddresses(host, options.resolve);
  if (typeof addresses === 'string') return refuse(addresses);
  const server = await open(addresses, host, port);
  if (server === null) return answer(client, 502, `${host}:${port} cannot be reached`);
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  const complaint = await inTime(client, greet(client, server, host));
  if (complaint !== null) {
    options.refused({ host, port, message: complaint });
    server.destroy();
    client.destroy();
    return;
  }
  pipeline(client, server, () => undefined);
  pipeline(server, client, () => undefined);
}

/** Silent or a byte at a time: a client that has not said its part by then is gone. */
async function inTime<T>(client: Socket, part: Promise<T>): Promise<T> {
  const timer = setTimeout(() => client.destroy(), PATIENCE_MS);
  try {
    return await part;
  } finally {
    clearTimeout(timer);
  }
}

/** Null: the client went away. What follows the head is given back to the stream. */
async function readHead(client: Socket): Promise<ReturnType<typeof readConnectHead>> {
  const bytes = await readUntil(client, MAX_HEAD_BYTES, (so) => readConnectHead(so) !== null);
  if (bytes === null) return null;
  const head = readConnectHead(bytes);
  if (head?.ok && bytes.length > head.value.end) client.unshift(bytes.subarray(head.value.end));
  return head;
}

/** The greeting names the host that was asked for, and reaches the server; else why not. */
async function greet(client: Socket, server: Socket, host: string): Promise<string | null> {
  const bytes = await readUntil(client, MAX_HELLO_BYTES * 2, (so) => readClientHello(so).kind !== 'more');
  if (bytes === null) return 'it went away before its TLS greeting';
  const hello = readClientHello(bytes);
  if (hello.kind === 'more') return 'its TLS greeting is too long';
  if (hello.kind === 'refused') return hello.message;
  if (hello.serverName !== host) return `its TLS greeting is for ${hello.serverName}`;
  server.write(bytes);
  return null;
}

/** All bytes up to where `isEnough` says so, or the limit; null when the stream ends before. */
async function readUntil(client: Socket, limit: number, isEnough: (bytes: Buffer) => boolean): Promise<Buffer | null> {
  if (client.destroyed || client.readableEnded) return null;
  let bytes = Buffer.alloc(0);
  return new Promise((resolve) => {
    const done = (result: Buffer | null): void => {
      client.off('readable', read);
      client.off('close', gone);
      client.off('end', gone);
      resolve(result);
    };
    const gone = (): void => done(null);
    const read = (): void => {
      for (let chunk: Buffer | null = client.read(); chunk !== null; chunk = client.read()) {
        bytes = Buffer.concat([bytes, chunk]);
        if (!isEnough(bytes) && bytes.length < limit) continue;
        done(bytes);
        return;
      }
    };
    client.on('readable', read);
    client.on('close', gone);
    client.on('end', gone);
    read();
  });
}

function isAuthorised({ authorization }: ConnectHead, expected: string): boolean {
  const given = Buffer.from(authorization ?? '');
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function publicAddresses(
  host: string,
  resolve: TunnelOptions['resolve'],
): Promise<readonly LookupAddress[] | string> {
  try {
    const all = await resolve(host);
    const good = all.filter(({ address }) => isPublicAddress(address));
    return good.length > 0 ? good : `${host} leads to ${list(all.map(({ address }) => address))}, which is not public`;
  } catch {
    return `${host} has no address`;
  }
}

function list(addresses: readonly string[]): string {
  const few = addresses.slice(0, FEW_ADDRESSES).join(', ');
  return addresses.length > FEW_ADDRESSES ? `${few} and ${addresses.length - FEW_ADDRESSES} more` : few;
}

/** To whichever address answers first. What is connected to is what was looked at: the name is not resolved again. */
function open(addresses: readonly LookupAddress[], host: string, port: number): Promise<Socket | null> {
  const lookup = ((_host, _options, done) => done(null, [...addresses])) as LookupFunction;
  return new Promise((resolve) => {
    const server = connect({ host, port, lookup, autoSelectFamily: true });
    server.setTimeout(PATIENCE_MS, () => server.destroy());
    server.once('connect', () => {
      server.setTimeout(0);
      resolve(server);
    });
    server.once('close', () => resolve(null));
    server.on('error', () => undefined);
  });
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
};

function answer(client: Socket, status: number, message: string): void {
  client.setTimeout(PATIENCE_MS, () => client.destroy()); // it need not close its end
  const body = `ringfence: ${message}\n`;
  const fields = status === 407 ? 'Proxy-Authenticate: Basic realm="ringfence"\r\n' : '';
  client.end(
    `HTTP/1.1 ${status} ${REASON[status]}\r\n${fields}Content-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
