/** A scripted name server at port 53, of 127.0.0.1 and ::1 unless it is told otherwise: what it answers depends on the name alone. */
import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { wireName } from '../../../core/names/host-name.ts';
import {
  A,
  AAAA,
  ANSWER,
  CNAME,
  type DnsRecord,
  encodeMessage,
  SAME_NAME,
  TRUNCATED,
} from '../../../core/names/testing/dns-message.ts';
import { parseAddress } from '../../../core/policy/network-address.ts';

export const RESOLVER = '127.0.0.1';
export const RESOLVER_V6 = '::1';
const PORT = 53;
const HEADER_BYTES = 12;

/** Addresses that documentation uses, and such as no public name leads to; here this machine answers to all of them. */
const NETWORKS = [
  ...['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '2001:db8::/32', '64:ff9b::/96'],
  ...['10.77.0.0/24', '192.168.77.0/24', '169.254.169.254/32', 'fd77::/64'],
];

/** What a name leads to. `truncated`: a datagram has room for none of it, or says so although it has all. */
export interface Answer {
  readonly addresses: readonly string[];
  readonly ttl?: number;
  readonly alias?: string;
  readonly truncated?: 'none' | 'all';
}

export class NameServer {
  readonly #answers: (name: string) => Answer | null;
  readonly #datagrams: readonly Socket[];
  readonly #streams: Server;
  asked = 0;
  askedByStream = 0;

  private constructor(answers: (name: string) => Answer | null, addresses: readonly string[]) {
    this.#answers = answers;
    this.#datagrams = addresses.map((address) => createSocket(address.includes(':') ? 'udp6' : 'udp4'));
    for (const socket of this.#datagrams) {
      socket.on('message', (message, { port, address }) => {
        this.asked += 1;
        socket.send(this.#reply(message, true), port, address);
      });
    }
    this.#streams = createServer((socket) => {
      let seen = Buffer.alloc(0);
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => {
        seen = Buffer.concat([seen, chunk]);
        for (
          ;
          seen.length >= 2 && seen.length >= 2 + seen.readUInt16BE();
          seen = seen.subarray(2 + seen.readUInt16BE())
        ) {
          this.askedByStream += 1;
          const reply = this.#reply(seen.subarray(2, 2 + seen.readUInt16BE()), false);
          // the length by itself: a segment need not be a message
          socket.setNoDelay(true);
          socket.write(Uint8Array.from([reply.length >> 8]));
          socket.write(Uint8Array.from([reply.length & 0xff, ...reply.subarray(0, 9)]));
          socket.write(reply.subarray(9));
        }
      });
    });
  }

  /** At these addresses; by stream at the first of them. */
  static async open(
    answers: (name: string) => Answer | null,
    addresses: readonly string[] = [RESOLVER, RESOLVER_V6],
  ): Promise<NameServer> {
    const server = new NameServer(answers, addresses);
    server.#datagrams.forEach((socket, index) => void socket.bind(PORT, addresses[index]));
    server.#streams.listen(PORT, addresses[0]);
    await Promise.all([...server.#datagrams, server.#streams].map((one) => once(one, 'listening')));
    return server;
  }

  /** Sends this from the name server's own socket, asked or not. */
  async send(message: Uint8Array, port: number): Promise<void> {
    await new Promise((resolve) => this.#datagrams[0]?.send(message, port, RESOLVER, resolve));
  }

  close(): void {
    for (const socket of this.#datagrams) socket.close();
    this.#streams.close();
  }

  #reply(query: Uint8Array, isDatagram: boolean): Uint8Array {
    const { name, wire, type } = question(query);
    const answer = this.#answers(name.toLowerCase());
    const id = ((query[0] ?? 0) << 8) | (query[1] ?? 0);
    if (answer === null) return encodeMessage({ id, flags: 0x8183, name: wire, type, records: [] });
    const records = recordsOf(answer, type);
    const isCut = isDatagram && answer.truncated !== undefined && records.length > 0;
    if (!isCut) return encodeMessage({ id, flags: ANSWER, name: wire, type, records });
    const shown = answer.truncated === 'none' ? [] : records;
    return encodeMessage({ id, flags: ANSWER | TRUNCATED, name: wire, type, records: shown });
  }
}

function recordsOf({ addresses, ttl = 0, alias }: Answer, type: number): DnsRecord[] {
  const records = addresses.flatMap((text): DnsRecord[] => {
    const own = text.includes(':') ? AAAA : A;
    const bytes = parseAddress(text);
    if (bytes === null) throw new Error(`${text} is no address`);
    const data = own === A ? bytes.slice(12) : bytes;
    return own === type ? [{ owner: alias ? wireName(alias) : SAME_NAME, type: own, ttl, data }] : [];
  });
  if (alias === undefined || records.length === 0) return records;
  const between = `next.${alias}`;
  return [
    { owner: SAME_NAME, type: CNAME, ttl, data: wireName(between) },
    { owner: wireName(between), type: CNAME, ttl, data: wireName(alias) },
    ...records,
  ];
}

function question(query: Uint8Array): { name: string; wire: Uint8Array; type: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(Buffer.from(query.subarray(at + 1, at + 1 + length)).toString('latin1'));
    at += length + 1;
  }
  return {
    name: labels.join('.'),
    wire: query.slice(HEADER_BYTES, at + 1),
    type: ((query[at + 1] ?? 0) << 8) | (query[at + 2] ?? 0),
  };
}

/** This machine asks that server, and is whoever has one of those addresses. */
export function beTheNetwork(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const network of NETWORKS) {
    execFileSync('ip', [network.includes(':') ? '-6' : '-4', 'route', 'replace', 'local', network, 'dev', 'lo']);
  }
  writeFileSync('/etc/resolv.conf', `nameserver ${RESOLVER}\noptions timeout:5 attempts:2\n`);
}

/** Accepts connections at a port of every address. */
export async function openPort(port: number): Promise<() => void> {
  const servers = ['0.0.0.0', '::'].map((host) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {});
      socket.on('end', () => socket.end());
    });
    return server.listen({ host, port, ipv6Only: true, backlog: 1024 });
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return () => {
    for (const server of servers) server.close();
  };
}
