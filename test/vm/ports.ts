import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Port } from './qemu-command.ts';

/** The host's ends of the guest's ports: QEMU connects to each as it starts. */
export type GuestPorts = {
  socketOf: (port: Port) => string;
  connected: (port: Port) => Promise<Socket>;
  close: () => void;
};

export async function listenForPorts(directory: string, ports: readonly Port[]): Promise<GuestPorts> {
  const socketOf = (port: Port) => join(directory, port);
  const servers: Server[] = [];
  const sockets = new Map<Port, Promise<Socket>>();
  for (const port of ports) {
    const server = createServer({ allowHalfOpen: true });
    servers.push(server);
    sockets.set(port, new Promise((resolve) => server.once('connection', resolve)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketOf(port), resolve);
    });
  }
  const connected = (port: Port) => sockets.get(port) ?? Promise.reject(new Error(`no port ${port}`));
  return { socketOf, connected, close: () => servers.forEach((server) => void server.close()) };
}
