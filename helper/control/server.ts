import { createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { type ProtocolError, protocolError, toWireError } from '../../core/protocol/errors.ts';
import { type HelperEvent, parseEvent } from '../../core/protocol/events.ts';
import { encodeFrame } from '../../core/protocol/framing.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type Connection, serveConnection } from './connection.ts';
import { descriptorOf } from './descriptor.ts';
import type { Report } from './incident.ts';
import { CONTROL_LIMITS, type ControlLimits } from './limits.ts';
import { type IdentifyPeer, type Peer, releasePeer } from './peer.ts';
import { type RequestBudget, requestBudget } from './request-budget.ts';
import type { Services } from './services.ts';
import { type ListenError, listenAt } from './socket-place.ts';

/** Shares a budget: those whom the kernel does not name. */
const NOBODY = -1;

export type ControlServerOptions = {
  readonly socketPath: string;
  readonly services: Services;
  readonly identifyPeer: IdentifyPeer;
  readonly report?: Report;
  readonly limits?: Partial<ControlLimits>;
};

export type ControlServer = {
  readonly connections: number;
  /** Ends every connection and removes the socket. */
  close(): Promise<void>;
};

/** Serves the protocol on a Unix socket. */
export async function startControlServer(options: ControlServerOptions): Promise<Result<ControlServer, ListenError>> {
  const lobby = new Lobby(options);
  const server = createServer({ pauseOnConnect: true }, (socket) => void lobby.welcome(socket));
  const listening = await listenAt(server, options.socketPath);
  if (!listening.ok) return listening;
  const deaf = options.services.listen((happened) => lobby.spread(happened));
  return success({
    get connections() {
      return lobby.size;
    },
    close() {
      deaf();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      lobby.empty();
      return closed;
    },
  });
}

/** Who is here: identifies those who come, counts them, and spreads events. */
class Lobby {
  readonly #options: ControlServerOptions;
  readonly #limits: ControlLimits;
  readonly #report: Report;
  readonly #sockets = new Map<Socket, Peer | null>();
  readonly #connections = new Map<Socket, Connection>();
  readonly #budgets = new Map<number, RequestBudget>();

  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#limits = { ...CONTROL_LIMITS, ...options.limits };
    this.#report = options.report ?? (() => undefined);
  }

  get size(): number {
    return this.#connections.size;
  }

  async welcome(socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#forget(socket));
    if (this.#sockets.size >= this.#limits.connections) {
      this.#turnAway(socket, null, 'the helper');
      return;
    }
    this.#sockets.set(socket, null);
    const peer = await this.#identify(socket);
    if (socket.destroyed) {
      if (peer.ok) releasePeer(peer.value);
    } else if (peer.ok && this.#countOf(peer.value.uid) >= this.#limits.connectionsPerUser) {
      this.#turnAway(socket, peer.value, 'this user');
    } else this.#serve(socket, peer);
  }

  #serve(socket: Socket, peer: Result<Peer, ProtocolError>): void {
    if (peer.ok) this.#sockets.set(socket, peer.value);
    const { services } = this.#options;
    const budget = this.#budgetOf(peer.ok ? peer.value.uid : NOBODY);
    const about = { socket, peer, services, limits: this.#limits, budget, report: this.#report };
    this.#connections.set(socket, serveConnection(about));
  }

  // Takes no place and waits for nothing, so that one user cannot keep the others out.
  #turnAway(socket: Socket, peer: Peer | null, whose: string): void {
    const error = protocolError('too-many-connections', `${whose} has no connection left`, {
      remedy: 'Close others first.',
    });
    this.#report({ kind: 'refused-peer', detail: error.message, peer });
    socket.write(encodeFrame({ jsonrpc: '2.0', id: null, error: toWireError(error) }), () => socket.destroy());
    if (peer !== null) releasePeer(peer);
  }

  async #identify(socket: Socket): Promise<Result<Peer, ProtocolError>> {
    const fd = descriptorOf(socket);
    if (fd === null) return failure(protocolError('peer-unknown', 'the connection is gone'));
    try {
      return await this.#options.identifyPeer(fd);
    } catch (error) {
      this.#report({ kind: 'handler-failed', detail: `identifyPeer: ${error}`, peer: null });
      return failure(protocolError('peer-unknown', 'the kernel does not say who you are'));
    }
  }

  #countOf(uid: number): number {
    return [...this.#sockets.values()].filter((peer) => peer?.uid === uid).length;
  }

  #budgetOf(uid: number): RequestBudget {
    const { requestBurst, requestsPerSecond } = this.#limits;
    const found = this.#budgets.get(uid) ?? requestBudget(requestBurst, requestsPerSecond, () => performance.now());
    this.#budgets.set(uid, found);
    return found;
  }

  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#connections.delete(socket);
  }

  spread(happened: HelperEvent): void {
    const checked = parseEvent(happened.event, happened.data);
    if (checked instanceof z.ZodError) {
      const detail = `${happened.event}: ${z.prettifyError(checked)}`;
      this.#report({ kind: 'invalid-event', detail, peer: null });
    } else {
      for (const connection of this.#connections.values()) connection.deliver(checked);
    }
  }

  empty(): void {
    for (const connection of this.#connections.values()) connection.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}
