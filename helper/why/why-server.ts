/**
 * The one socket that agents may use: an agent asks why it was refused and hears of its own session, nothing else. One
 * question a connection, in the framing of the control socket.
 */
import { createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { RefusalCause } from '../../core/protocol/approval.ts';
import { idOf, requestEnvelope } from '../../core/protocol/envelope.ts';
import { type ProtocolError, protocolError, toWireError } from '../../core/protocol/errors.ts';
import { encodeFrame, frameDecoder } from '../../core/protocol/framing.ts';
import { WHY } from '../../core/protocol/methods.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { descriptorOf } from '../control/descriptor.ts';
import type { Report } from '../control/incident.ts';
import { type IdentifyPeer, type Peer, releasePeer } from '../control/peer.ts';
import { type RequestBudget, requestBudget } from '../control/request-budget.ts';
import { type ListenError, listenAt } from '../control/socket-place.ts';

const MAX_QUESTION_BYTES = 2048;
const MAX_CONNECTIONS = 64;
const MAX_CONNECTIONS_OF_SESSION = 4;
/** From connecting to the last byte of the question, and from the answer to its end. */
const PATIENCE_MS = 5000;
/** A session that asks more often waits; one that owes more than this is turned away. */
const BURST = 5;
const PER_SECOND = 1;
const LONGEST_PAUSE_MS = 5000;

export interface WhyOptions {
  readonly socketPath: string;
  readonly identifyPeer: IdentifyPeer;
  readonly refusals: (session: SessionId, limit: number) => Promise<RefusalCause[]>;
  readonly report: Report;
  readonly patienceMs?: number;
}

export interface WhyServer {
  close(): Promise<void>;
}

export async function startWhyServer(options: WhyOptions): Promise<Result<WhyServer, ListenError>> {
  const counter = new Counter(options);
  const server = createServer((socket) => void counter.serve(socket));
  const listening = await listenAt(server, options.socketPath);
  if (!listening.ok) return listening;
  return success({
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      counter.empty();
      return closed;
    },
  });
}

type Answer = Result<{ session: SessionId; refusals: RefusalCause[] }, ProtocolError>;

class Counter {
  readonly #options: WhyOptions;
  readonly #sockets = new Map<Socket, SessionId | null>();
  readonly #budgets = new Map<SessionId, RequestBudget>();

  constructor(options: WhyOptions) {
    this.#options = options;
  }

  async serve(socket: Socket): Promise<void> {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setTimeout(this.#options.patienceMs ?? PATIENCE_MS, () => socket.destroy());
    if (this.#sockets.size >= MAX_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, null);
    const question = firstMessage(socket);
    const peer = await this.#identify(socket);
    const message = await question;
    if (message === null || socket.destroyed) {
      socket.destroy();
    } else {
      const answer = peer.ok ? await this.#answer(message, peer.value, socket) : peer;
      if (!socket.destroyed) socket.end(encodeFrame(wireAnswer(message, answer)));
    }
    if (peer.ok) releasePeer(peer.value);
  }

  empty(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  async #identify(socket: Socket): Promise<Result<Peer, ProtocolError>> {
    const fd = descriptorOf(socket);
    if (fd === null) return failure(protocolError('peer-unknown', 'the connection is closed'));
    return this.#options.identifyPeer(fd);
  }

  async #answer(message: unknown, peer: Peer, socket: Socket): Promise<Answer> {
    const { session } = peer;
    if (session === null) {
      const remedy = 'Outside of an agent use: ringfence why ID';
      return failure(protocolError('not-permitted', 'only agents have a session to ask about here', { remedy }));
    }
    this.#sockets.set(socket, session);
    const busy = this.#mustWait(session);
    if (busy !== null) return failure(busy);
    const limit = readQuestion(message);
    if (!limit.ok) return limit;
    try {
      return success({ session, refusals: await this.#options.refusals(session, limit.value) });
    } catch (error) {
      this.#options.report({ kind: 'handler-failed', detail: `why: ${String(error)}`, peer });
      return failure(protocolError('internal-error', 'the helper could not read its log'));
    }
  }

  /** Null when the session has not asked too much lately. */
  #mustWait(session: SessionId): ProtocolError | null {
    const open = [...this.#sockets.values()].filter((one) => one === session).length;
    if (this.#budgets.size > MAX_CONNECTIONS) this.#budgets.clear();
    const budget = this.#budgets.get(session) ?? requestBudget(BURST, PER_SECOND, () => performance.now());
    this.#budgets.set(session, budget);
    const pause = budget.spend();
    if (pause === 0 && open <= MAX_CONNECTIONS_OF_SESSION) return null;
    const seconds = Math.ceil(Math.min(Math.max(pause, 1000), LONGEST_PAUSE_MS) / 1000);
    return protocolError('limit-reached', 'this session asks too often', { remedy: `Wait ${seconds} s.` });
  }
}

/** The first message of the stream; null when it ends, is none, or takes too long. */
function firstMessage(socket: Socket): Promise<unknown> {
  const decoder = frameDecoder(MAX_QUESTION_BYTES);
  return new Promise((resolve) => {
    socket.on('close', () => resolve(null));
    socket.on('data', (bytes: Uint8Array) => {
      decoder.push(bytes);
      const frame = decoder.next();
      if (frame === null) return;
      socket.pause();
      resolve(frame.kind === 'message' ? frame.value : {});
    });
  });
}

function readQuestion(message: unknown): Result<number, ProtocolError> {
  const request = requestEnvelope.safeParse(message);
  if (!request.success) return failure(protocolError('invalid-request', 'this is not a JSON-RPC 2.0 request'));
  if (request.data.method !== 'why') {
    return failure(protocolError('unknown-method', 'the only question here is “why”'));
  }
  const params = WHY.params.safeParse(request.data.params ?? {});
  return params.success ? success(params.data.limit) : failure(protocolError('invalid-params', 'limit is 1 to 20'));
}

function wireAnswer(message: unknown, answer: Answer): object {
  const id = idOf(message);
  return answer.ok
    ? { jsonrpc: '2.0', id, result: answer.value }
    : { jsonrpc: '2.0', id, error: toWireError(answer.error) };
}
