/** Started as a session's proxy is: `HOW DEED` on its input, HOW `free` or `confined`. It does the deed and says what came of it, if it can. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { confineToConnections, load } from '../../../native/launch/index.ts';

const CONNECTIONS = 50;
const ROUNDS = 1_000_000;

/** Open before it is confined, as the proxy's own is. */
const server = createServer((socket) => socket.pipe(socket));

async function listening(other: Server, where: object): Promise<void> {
  other.listen(where);
  await once(other, 'listening');
}

async function echo(): Promise<void> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end('echo');
  const [chunk] = await once(socket, 'data');
  if (String(chunk) !== 'echo') throw new Error(`it said ${chunk}`);
}

const DEEDS: Record<string, () => unknown> = {
  /** Hot code is what an engine would compile. */
  compute: () => {
    let sum = 0;
    for (let round = 0; round < ROUNDS; round += 1)
      sum += /^(a|b)+c$/.test(`ab${round}c`) ? 1 : JSON.stringify({ round }).length;
    return sum;
  },
  connect: () => Promise.all(Array.from({ length: CONNECTIONS }, echo)),
  lookup: () => lookup('localhost', { all: true }),
  'listen-again': () => listening(createServer(), { port: 0, host: '127.0.0.1' }),
  'connect-unix': () => once(connect('\0ringfence-proxy-probe'), 'connect'),
  'listen-by-datagram': () => once(createSocket('udp4').bind(0, '127.0.0.1'), 'listening'),
};

load();
await listening(server, { port: 0, host: '127.0.0.1' });
createInterface({ input: process.stdin }).on('line', async (line) => {
  const [how, deed = ''] = line.split(' ');
  if (how === 'confined') confineToConnections();
  try {
    await DEEDS[deed]?.();
    console.log('done');
  } catch (error) {
    console.log(String((error as { code?: string }).code ?? (error as Error).message));
  }
});
