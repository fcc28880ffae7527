import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import { encodeFrame, frameDecoder } from '../core/protocol/framing.ts';
import { MAX_RESPONSE_BYTES } from '../core/protocol/limits.ts';

/** What the helper can say that answers no call: `id` null. */
export type Complaint = { readonly message: string; readonly data?: unknown };

/** Reads the helper's messages. Bounded, and it does not overlook errors that answer no call. */
export class MessageStreamReader extends AbstractMessageReader {
  readonly #socket: Socket;
  readonly #complain: (complaint: Complaint) => void;
  readonly #decoder = frameDecoder(MAX_RESPONSE_BYTES);

  constructor(socket: Socket, complain: (complaint: Complaint) => void) {
    super();
    this.#socket = socket;
    this.#complain = complain;
  }

  override listen(callback: DataCallback): Disposable {
    const take = (bytes: Uint8Array): void => {
      this.#decoder.push(bytes);
      for (let frame = this.#decoder.next(); frame !== null; frame = this.#decoder.next()) {
        if (frame.kind !== 'message') this.fireError(new Error(frame.problem));
        else if (isComplaint(frame.value)) this.#complain(frame.value.error);
        else callback(frame.value as Message);
      }
    };
    this.#socket.on('data', take);
    this.#socket.on('close', () => this.fireClose());
    return { dispose: () => this.#socket.off('data', take) };
  }
}

export class MessageStreamWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  async write(message: Message): Promise<void> {
    if (this.#socket.writable) this.#socket.write(encodeFrame(message));
  }

  end(): void {
    this.#socket.end();
  }
}

function isComplaint(value: unknown): value is { error: Complaint } {
  return typeof value === 'object' && value !== null && 'error' in value && 'id' in value && value.id === null;
}
