/** Servers of somebody else's, who notice whoever reaches them. */
import { createSocket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { CLOSED_NAME, CLOSED_PORT, CLOSED_SOCKET, OPEN_NAME, OPEN_PORT } from './places.ts';

export interface Servers {
  /** How often each has been reached since it was asked last. */
  readonly reached: () => { readonly open: number; readonly closed: readonly string[] };
  readonly close: () => void;
}

export async function openServers(): Promise<Servers> {
  let open = 0;
  let closed: string[] = [];
  const greet = (what: string, isOpen: boolean) =>
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('hello\n');
      if (isOpen) open += 1;
      else closed.push(what);
    });
  const servers: Server[] = [];
  const listen = async (server: Server, where: object | string): Promise<void> => {
    servers.push(server);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(where as never, () => resolve()));
  };
  rmSync(CLOSED_SOCKET, { force: true });
  for (const host of ['127.0.0.1', '::1']) {
    await listen(greet('', true), { host, port: OPEN_PORT });
    await listen(greet(`tcp ${host}`, false), { host, port: CLOSED_PORT });
  }
  await listen(greet(CLOSED_SOCKET, false), { path: CLOSED_SOCKET });
  await listen(greet(`@${CLOSED_NAME}`, false), { path: `\0${CLOSED_NAME}` });
  await listen(greet('', true), { path: `\0${OPEN_NAME}` });
  const datagrams = (['udp4', 'udp6'] as const).map((kind) => {
    const socket = createSocket({ type: kind, ipv6Only: kind === 'udp6' });
    socket.on('message', () => closed.push(kind)).bind(CLOSED_PORT, kind === 'udp4' ? '127.0.0.1' : '::1');
    return socket;
  });
  return {
    reached: () => {
      const so = { open, closed };
      [open, closed] = [0, []];
      return so;
    },
    close: () => {
      for (const server of servers) server.close();
      for (const socket of datagrams) socket.close();
    },
  };
}
