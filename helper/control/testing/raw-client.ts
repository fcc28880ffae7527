import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, frameDecoder } from '../../../core/protocol/framing.ts';

/** A client for tests that can misbehave: it sends any bytes and hands over any message. */
export type RawClient = {
  readonly socket: Socket;
  send(message: unknown): void;
  /** The next message, or null when the connection has ended. */
  receive(): Promise<Received | null>;
  call(id: number, method: string, params?: unknown): Promise<Received | null>;
  hello(): Promise<Received | null>;
};

export type Received = {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: { readonly sequence: number; readonly data: unknown };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data: { readonly code: string } };
};

export async function rawClient(path: string): Promise<RawClient> {
  const socket = connect(path);
  await once(socket, 'connect');
  const decoder = frameDecoder(64 * 1024 * 1024);
  const waiting: ((message: Received | null) => void)[] = [];
  const arrived: Received[] = [];
  let ended = false;
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Uint8Array) => {
    decoder.push(bytes);
    for (let frame = decoder.next(); frame !== null; frame = decoder.next()) {
      if (frame.kind !== 'message') throw new Error(frame.problem);
      const hand = waiting.shift();
      if (hand === undefined) arrived.push(frame.value as Received);
      else hand(frame.value as Received);
    }
  });
  socket.on('close', () => {
    ended = true;
    for (const hand of waiting.splice(0)) hand(null);
  });
  const send = (message: unknown): void => void socket.write(encodeFrame(message));
  const receive = (): Promise<Received | null> => {
    const message = arrived.shift();
    if (message !== undefined || ended) return Promise.resolve(message ?? null);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const call = (id: number, method: string, params: unknown = {}): Promise<Received | null> => {
    send({ jsonrpc: '2.0', id, method, params });
    return receive();
  };
  const hello = () => call(0, 'hello', { protocol: 1, client: { name: 'test', version: '1' } });
  return { socket, send, receive, call, hello };
}
