import type { Socket } from 'node:net';
import { AbstractMessageWriter, type Message, type MessageWriter, type ResponseMessage } from 'vscode-jsonrpc/node';
import { protocolError, toWireError } from '../../core/protocol/errors.ts';
import { encodeFrame } from '../../core/protocol/framing.ts';
import { MAX_RESPONSE_BYTES } from '../../core/protocol/limits.ts';

/** Writes messages without waiting for the client, and tells when a response has gone out. */
export class BoundedWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;
  readonly #answered: (id: string | number | null) => void;

  constructor(socket: Socket, answered: (id: string | number | null) => void) {
    super();
    this.#socket = socket;
    this.#answered = answered;
  }

  /** Bytes the client has not taken yet. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  async write(message: Message): Promise<void> {
    const response = this.send(message);
    if (response !== null) this.#answered(response.id);
  }

  /** Puts a message on its way; nobody is told that something has been answered. */
  send(message: Message): ResponseMessage | null {
    const response = asResponse(message);
    if (this.#socket.writable) this.#socket.write(frameOf(message, response));
    return response;
  }

  end(): void {
    this.#socket.end();
  }
}

function asResponse(message: Message): ResponseMessage | null {
  return 'id' in message && !('method' in message) ? (message as ResponseMessage) : null;
}

function frameOf(message: Message, response: ResponseMessage | null): Uint8Array {
  const frame = encodeFrame(message);
  if (frame.length <= MAX_RESPONSE_BYTES || response === null) return frame;
  const error = protocolError('response-too-large', `the answer has ${frame.length} bytes`, {
    remedy: 'Ask for less at a time.',
  });
  return encodeFrame({ jsonrpc: '2.0', id: response.id, error: toWireError(error) });
}
