/**
 * The proxy of one session, as a process of its own without rights: it listens on loopback, opens connections for its session, and
 * reaches nothing else of the helper. Once it listens it cannot do more than that, whatever it reads. It ends with its standard input.
 */
import { lookup } from 'node:dns/promises';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';
import { confineToConnections, load } from '../../native/launch/index.ts';
import type { FromProxy, ToProxy } from './message.ts';
import { tunnel } from './tunnel.ts';

const MOST_CONNECTIONS = 512;

let names: readonly ProxiedName[] = [];
let authorization = '';

const tell = (message: FromProxy): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const server = createServer({ allowHalfOpen: true }, (client: Socket) => {
  void tunnel(client, {
    ...{ names, authorization },
    resolve: (host) => lookup(host, { all: true, verbatim: true }),
    refused: (refusal) => tell({ kind: 'refused', ...refusal }),
  });
});
server.maxConnections = MOST_CONNECTIONS;
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});

load();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line) as ToProxy;
    if (order.kind === 'serve') names = order.names;
    else {
      authorization = order.authorization;
      server.listen({ host: '127.0.0.1', port: order.port }, () => {
        // Throws when any part of it fails: then nothing of a stranger's has been read yet, and nothing will be.
        confineToConnections();
        const address = server.address();
        if (address !== null && typeof address === 'object') tell({ kind: 'listening', port: address.port });
      });
    }
  })
  .on('close', () => process.exit(0));
