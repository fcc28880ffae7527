import type { Socket } from 'node:net';
import { AbstractMessageReader, type DataCallback, type Disposable, type RequestMessage } from 'vscode-jsonrpc/node';
import { idOf, requestEnvelope } from '../../core/protocol/envelope.ts';
import { type ErrorCode, type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { type Frame, frameDecoder } from '../../core/protocol/framing.ts';
import { MAX_REQUEST_BYTES } from '../../core/protocol/limits.ts';

/** What the reader asks and tells its connection. */
export type ReaderOwner = {
  /** Whether the next request may be taken from the stream now. If not, `pump` is called when it may. */
  mayTake(): boolean;
  /** Takes note of a request; an error answers it instead. */
  admit(request: RequestMessage): ProtocolError | null;
  /** Something that is no request; `id` is what to answer to. */
  malformed(error: ProtocolError, id: string | number | null): void;
  /** The stream has lost its framing; nothing more can be read. */
  broken(error: ProtocolError): void;
  /** Bytes of an unfinished message are waiting, or no longer. */
  unfinished(waiting: boolean): void;
};

/** Hands only well-formed requests to vscode-jsonrpc, one at a time, and stops reading when its owner has enough. */
export class GuardedReader extends AbstractMessageReader {
  readonly #socket: Socket;
  readonly #owner: ReaderOwner;
  readonly #decoder = frameDecoder(MAX_REQUEST_BYTES);
  #callback: DataCallback | null = null;
  #pumping = false;

  constructor(socket: Socket, owner: ReaderOwner) {
    super();
    this.#socket = socket;
    this.#owner = owner;
  }

  override listen(callback: DataCallback): Disposable {
    this.#callback = callback;
    const take = (bytes: Uint8Array): void => {
      this.#decoder.push(bytes);
      this.pump();
    };
    this.#socket.on('data', take);
    this.#socket.on('close', () => this.fireClose());
    return { dispose: () => this.#socket.off('data', take) };
  }

  /** Takes requests from what has arrived, as many as the owner wants. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#owner.mayTake()) {
        const frame = this.#decoder.next();
        if (frame === null) {
          this.#wantMore();
          return;
        }
        this.#take(frame);
      }
      // What is unfinished now waits for us, not for the client.
      this.#owner.unfinished(false);
      this.#socket.pause();
    } finally {
      this.#pumping = false;
    }
  }

  #wantMore(): void {
    this.#owner.unfinished(this.#decoder.partial);
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  #take(frame: Frame): void {
    this.#owner.unfinished(false);
    if (frame.kind === 'broken') this.#owner.broken(protocolError(frame.code, frame.problem));
    else if (frame.kind === 'malformed') this.#refuse('malformed-message', frame.problem, null);
    else this.#takeMessage(frame.value);
  }

  #takeMessage(value: unknown): void {
    const request = requestEnvelope.safeParse(value);
    if (!request.success) {
      this.#refuse('invalid-request', 'a message is not a JSON-RPC 2.0 request', idOf(value));
      return;
    }
    const message = request.data as RequestMessage;
    const error = this.#owner.admit(message);
    if (error !== null) this.#owner.malformed(error, message.id);
    else this.#callback?.(message);
  }

  #refuse(code: ErrorCode, problem: string, id: string | number | null): void {
    this.#owner.malformed(protocolError(code, problem), id);
  }
}
