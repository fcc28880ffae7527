import { connect as connectSocket, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  ParameterStructures,
  ResponseError,
} from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { fromWireError } from '../core/protocol/errors.ts';
import { type EventName, eventParams, isEvent, parseEvent } from '../core/protocol/events.ts';
import {
  METHODS,
  type MethodName,
  type MethodResult,
  type ParamsInput,
  type Snapshot,
} from '../core/protocol/methods.ts';
import type { EventSequence } from '../core/protocol/scalars.ts';
import { PROTOCOL_VERSION } from '../core/protocol/version.ts';
import { failure, type Result, success } from '../core/result.ts';
import { type ConnectError, helloError, lost, noAnswer, socketError, unreadable } from './connect-error.ts';
import { EventQueue } from './event-queue.ts';
import type { CallError, HelperClient } from './helper-client.ts';
import { MessageStreamReader, MessageStreamWriter } from './message-stream.ts';

export const CONTROL_SOCKET = '/run/ringfence/control.sock';
const ANSWER_WITHIN = 10_000;

export type ConnectOptions = {
  readonly socketPath?: string;
  /** Who is asking, for the helper's log. */
  readonly client: { readonly name: string; readonly version: string };
  /** Milliseconds for the greeting. */
  readonly within?: number;
};

/** Connects to the helper and greets it. Reconnecting is the caller's: a new connection brings a new snapshot. */
export async function connect(options: ConnectOptions): Promise<Result<HelperClient, ConnectError>> {
  const socket = await openSocket(options.socketPath ?? CONTROL_SOCKET);
  if (!socket.ok) return socket;
  const line = new Line(socket.value);
  const greeting = line.call('hello', { protocol: PROTOCOL_VERSION, client: options.client });
  const hello = await inTime(greeting, options.within ?? ANSWER_WITHIN);
  if (hello.ok) return success(clientOn(line, hello.value));
  line.close();
  return failure(isConnectError(hello.error) ? hello.error : helloError(hello.error));
}

function openSocket(path: string): Promise<Result<Socket, ConnectError>> {
  return new Promise((resolve) => {
    const socket = connectSocket(path);
    socket.once('connect', () => resolve(success(socket)));
    socket.once('error', (error) => resolve(failure(socketError(error, path))));
  });
}

async function inTime<T>(answer: Promise<Result<T, CallError>>, within: number): Promise<Result<T, CallError>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<T, CallError>>((resolve) => {
    timer = setTimeout(() => resolve(failure(noAnswer(within))), within);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

const CONNECT_ERRORS = new Set(['not-running', 'forbidden', 'refused', 'incompatible', 'no-answer', 'lost']);

/** Whether an error is about the connection rather than about the call. */
export function isConnectError(error: CallError): error is ConnectError {
  return CONNECT_ERRORS.has(error.code);
}

function clientOn(line: Line, snapshot: Snapshot): HelperClient {
  return {
    snapshot,
    call: (method, params) => line.call(method, params),
    onEvent: (hear) => line.events.listen(hear),
    ended: line.ended,
    close: () => line.close(),
  };
}

/** Calls out, events in, until it ends. */
class Line {
  readonly events = new EventQueue();
  readonly ended: Promise<ConnectError | null>;
  readonly #socket: Socket;
  readonly #rpc: MessageConnection;
  #end: (error: ConnectError | null) => void = () => undefined;
  #over: ConnectError | null = null;
  #sequence = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const reader = new MessageStreamReader(socket, (complaint) => this.#stop(helloError(fromWireError(complaint))));
    this.#rpc = createMessageConnection(reader, new MessageStreamWriter(socket));
    this.#rpc.onError(([error]) => this.#stop(unreadable(`message (${error.message})`)));
    this.#rpc.onNotification((name, params) => this.#notice(name, params));
    socket.on('error', (error) => this.#stop(lost(error.message)));
    socket.on('close', () => this.#stop(lost('the helper closed it')));
    this.#rpc.listen();
  }

  async call<M extends MethodName>(name: M, params: ParamsInput<M>): Promise<Result<MethodResult<M>, CallError>> {
    if (this.#over !== null) return failure(this.#over);
    try {
      const answer: unknown = await this.#rpc.sendRequest(name, ParameterStructures.byName, params);
      const result = METHODS[name].result.safeParse(answer);
      return result.success ? success(result.data as MethodResult<M>) : failure(unreadable(`answer to ${name}`));
    } catch (error) {
      if (this.#over !== null) return failure(this.#over);
      if (error instanceof ResponseError) return failure(fromWireError(error));
      throw error;
    }
  }

  #notice(name: string, params: unknown): void {
    const envelope = eventParams.safeParse(Array.isArray(params) ? params[0] : params);
    this.#sequence += 1;
    if (!envelope.success) this.#stop(unreadable('event'));
    else if (envelope.data.sequence !== this.#sequence) this.#stop(lost('an event is missing'));
    // An event of a newer helper counts in the sequence and says nothing to us.
    else if (isEvent(name)) this.#hear(name, envelope.data.data, envelope.data.sequence);
  }

  #hear(name: EventName, data: unknown, sequence: EventSequence): void {
    const happened = parseEvent(name, data);
    if (happened instanceof z.ZodError) this.#stop(unreadable(`event ${name}`));
    else this.events.put({ ...happened, sequence });
  }

  close(): void {
    this.#end(null);
    this.#stop(lost('it was closed'));
  }

  #stop(error: ConnectError): void {
    if (this.#over !== null) return;
    this.#over = error;
    this.#end(error);
    this.#socket.destroy();
    // Pending calls are rejected, and answered with the reason.
    this.#rpc.dispose();
  }
}
