import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { join } from 'node:path';

const ANSWER = 'ringfence-scripted-peer\n';
const HOSTS = ['127.0.0.1', '::1'] as const;

/** Listens for TCP and UDP, on both loopback addresses if nothing else is said, and answers whatever comes. */
export async function openPeers(
  ports: readonly number[],
  hosts: readonly string[] = HOSTS,
): Promise<{ close: () => void }> {
  const closers: (() => void)[] = [];
  const opening = ports.flatMap((port) =>
    hosts.flatMap((host) => [listenTcp(host, port, closers), listenUdp(host, port, closers)]),
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

/** Unix sockets that attacks reach for, by `stream:NAME` and `datagram:NAME`; an @ begins an abstract name. */
export async function openLocalPeers(sockets: readonly string[]): Promise<{ close: () => Promise<void> }> {
  const script = join(import.meta.dirname, 'local-peers.py');
  const child = spawn('/usr/bin/python3', ['-I', script, ...sockets], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true));
    void ended.then(() => resolve(false));
  });
  if (!(await ready)) throw new Error('the peers on Unix sockets did not start');
  return {
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}
