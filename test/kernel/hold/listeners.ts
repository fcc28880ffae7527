/** Who is reached over the network: connections and datagrams at the asked-about and the free port. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ASKED_PORT, FREE_PORT, sleep } from './arena.ts';

/** Loopback delivers at once; this is for our own event loop. */
const DELIVERED_MS = 20;

export class Listeners {
  readonly #server: Server;
  readonly #sockets: readonly Socket[];
  #connections = 0;
  #datagrams = 0;

  private constructor(server: Server, sockets: readonly Socket[]) {
    this.#server = server;
    this.#sockets = sockets;
    server.on('connection', (connection) => {
      this.#connections += 1;
      connection.on('error', () => {});
      connection.destroy();
    });
    // only the asked-about port counts: the other is free
    sockets[0]?.on('message', () => {
      this.#datagrams += 1;
    });
  }

  static async open(): Promise<Listeners> {
    const server = createServer();
    server.listen(ASKED_PORT, '127.0.0.1');
    await once(server, 'listening');
    const sockets = [ASKED_PORT, FREE_PORT].map((port) => createSocket('udp4').bind(port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'listening')));
    return new Listeners(server, sockets);
  }

  get seen(): string {
    return `${this.#connections} connections, ${this.#datagrams} datagrams`;
  }

  async settle(): Promise<void> {
    await sleep(DELIVERED_MS);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.close();
  }
}
