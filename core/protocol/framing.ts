/**
 * Messages on a byte stream: `Content-Length: N`, an empty line, N bytes of UTF-8 JSON (the base protocol of the
 * Language Server Protocol, which vscode-jsonrpc speaks). Bounded: nothing a peer declares makes us allocate, only
 * what it really sends, and no more than the limit.
 */

const MAX_HEADER_BYTES = 512;
const INITIAL_CAPACITY = 4096;
const HEADER_END = [13, 10, 13, 10] as const;

/** What came out of the stream. After `broken` the stream has lost its framing and nothing more comes. */
export type Frame =
  | { readonly kind: 'message'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'broken'; readonly code: 'malformed-message' | 'message-too-large'; readonly problem: string };

export type FrameDecoder = {
  /** Takes bytes from the stream. They are copied. */
  push(bytes: Uint8Array): void;
  /** The next whole frame, or null until more bytes come. */
  next(): Frame | null;
  /** Whether part of a frame is waiting for the rest. */
  readonly partial: boolean;
};

/** The frame of a message. */
export function encodeFrame(message: unknown): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(message));
  const header = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
  const frame = new Uint8Array(header.length + body.length);
  frame.set(header);
  frame.set(body, header.length);
  return frame;
}

/** A decoder for one stream. `limit` is the greatest body accepted, in bytes. */
export function frameDecoder(limit: number): FrameDecoder {
  const text = new TextDecoder('utf-8', { fatal: true });
  let buffer = new Uint8Array(INITIAL_CAPACITY);
  let start = 0;
  let end = 0;
  let bodyLength: number | null = null;
  let broken = false;

  function reserve(bytes: number): void {
    if (end + bytes <= buffer.length) return;
    const needed = end - start + bytes;
    const grown = needed <= buffer.length ? buffer : new Uint8Array(Math.max(needed, buffer.length * 2));
    grown.set(buffer.subarray(start, end));
    buffer = grown;
    end -= start;
    start = 0;
  }

  function lose(code: 'malformed-message' | 'message-too-large', problem: string): Frame {
    broken = true;
    buffer = new Uint8Array(0);
    start = end = 0;
    return { kind: 'broken', code, problem };
  }

  function readHeader(): Frame | null {
    const headerEnd = findHeaderEnd(buffer, start, Math.min(end, start + MAX_HEADER_BYTES));
    if (headerEnd < 0) {
      return end - start >= MAX_HEADER_BYTES ? lose('malformed-message', 'the header of a message does not end') : null;
    }
    const length = contentLength(buffer.subarray(start, headerEnd));
    if (length === null) return lose('malformed-message', 'the header of a message has no valid Content-Length');
    if (length > limit) return lose('message-too-large', `a message of ${length} bytes, where ${limit} are accepted`);
    start = headerEnd + HEADER_END.length;
    bodyLength = length;
    return null;
  }

  function readBody(length: number): Frame | null {
    if (end - start < length) return null;
    const body = buffer.subarray(start, start + length);
    start += length;
    bodyLength = null;
    const frame = parseBody(text, body);
    if (start === end) {
      start = end = 0;
      // One large message must not cost its memory for the rest of the connection.
      if (buffer.length > 16 * INITIAL_CAPACITY) buffer = new Uint8Array(INITIAL_CAPACITY);
    }
    return frame;
  }

  return {
    push(bytes) {
      if (broken) return;
      reserve(bytes.length);
      buffer.set(bytes, end);
      end += bytes.length;
    },
    next() {
      if (broken) return null;
      if (bodyLength === null) {
        const problem = readHeader();
        if (problem !== null) return problem;
      }
      return bodyLength === null ? null : readBody(bodyLength);
    },
    get partial() {
      return !broken && (bodyLength !== null || end > start);
    },
  };
}

function findHeaderEnd(buffer: Uint8Array, from: number, to: number): number {
  for (let at = from; at + HEADER_END.length <= to; at++) {
    if (HEADER_END.every((byte, index) => buffer[at + index] === byte)) return at;
  }
  return -1;
}

function contentLength(header: Uint8Array): number | null {
  let length: number | null = null;
  for (const line of String.fromCharCode(...header).split('\r\n')) {
    const field = /^([A-Za-z-]{1,64}): *([^\r\n]{0,256})$/.exec(line);
    if (field === null) return null;
    if (field[1]?.toLowerCase() !== 'content-length') continue;
    if (length !== null || !/^\d{1,12}$/.test(field[2] ?? '')) return null;
    length = Number(field[2]);
  }
  return length;
}

function parseBody(text: TextDecoder, body: Uint8Array): Frame {
  try {
    return { kind: 'message', value: JSON.parse(text.decode(body)) };
  } catch (error) {
    return {
      kind: 'malformed',
      problem: error instanceof SyntaxError ? 'a message is not JSON' : 'a message is not UTF-8',
    };
  }
}
