import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const ANSWER = 'ringfence-scripted-peer\n';
const HOSTS = ['127.0.0.1', '::1'] as const;

/** Listens for TCP and UDP on both loopback addresses and answers whatever comes. */
export async function openPeers(ports: readonly number[]): Promise<{ close: () => void }> {
  const closers: (() => void)[] = [];
  const opening = ports.flatMap((port) =>
    HOSTS.flatMap((host) => [listenTcp(host, port, closers), listenUdp(host, port, closers)]),
  );
  await Promise.all(opening);
  return {
    close: () => {
      for (const close of closers) close();
    },
  };
}

function listenTcp(host: string, port: number, closers: (() => void)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('data', () => socket.end(ANSWER));
      // An attack that was refused halfway resets the connection.
      socket.on('error', () => socket.destroy());
    });
    server.once('error', reject);
    server.listen({ host, port }, resolve);
    closers.push(() => server.close());
  });
}

function listenUdp(host: string, port: number, closers: (() => void)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host === '::1' ? 'udp6' : 'udp4');
    socket.on('message', (_message, sender) => socket.send(ANSWER, sender.port, sender.address));
    socket.once('error', reject);
    socket.bind(port, host, resolve);
    closers.push(() => socket.close());
  });
}
