/** What a TLS client says before anything is encrypted (RFC 8446 section 4.1.2): whom it wants to speak to. */

export type ClientHello =
  /** More bytes are needed. */
  | { readonly kind: 'more' }
  | { readonly kind: 'refused'; readonly message: string }
  /** Lower case. */
  | { readonly kind: 'hello'; readonly serverName: string };

/** A greeting of more bytes is refused; those of browsers with post-quantum keys have about 2,000. */
export const MAX_HELLO_BYTES = 32_768;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** Encrypted Client Hello: what is said in the open need not be what is meant. */
const ENCRYPTED_HELLO = 0xfe0d;
const NAME = /^[a-zA-Z0-9_.-]{1,253}$/;

const LATIN = new TextDecoder('latin1');
const MORE = { kind: 'more' } as const;
const refused = (message: string): ClientHello => ({ kind: 'refused', message });

/** Reads the first flight of a connection. */
export function readClientHello(bytes: Uint8Array): ClientHello {
  const message = joinRecords(bytes);
  if ('kind' in message) return message;
  if (message[0] !== CLIENT_HELLO) return refused('it does not begin with a TLS greeting');
  try {
    return readHello(new Reader(message.subarray(MESSAGE_HEAD)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refused('its TLS greeting is malformed');
  }
}

/** The handshake message that may lie in several records; whole, and nothing behind it. */
function joinRecords(bytes: Uint8Array): Uint8Array | ClientHello {
  const parts: Uint8Array[] = [];
  let joined = 0;
  for (let at = 0; ; ) {
    const wanted = messageBytes(parts);
    if (wanted !== null && wanted > MAX_HELLO_BYTES) return refused('its TLS greeting is too long');
    if (wanted !== null && joined >= wanted) {
      return joined === wanted ? concatenate(parts) : refused('something follows its TLS greeting');
    }
    if (at < bytes.length && bytes[at] !== HANDSHAKE) return refused('it does not begin with a TLS greeting');
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) return refused('it does not begin with a TLS greeting');
    if (bytes.length < at + RECORD_HEAD) return MORE;
    const length = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
    if (length === 0 || length > 16_384) return refused('its TLS greeting is malformed');
    if (bytes.length < at + RECORD_HEAD + length)
      return at + RECORD_HEAD + length > MAX_HELLO_BYTES * 2 ? refused('its TLS greeting is too long') : MORE;
    parts.push(bytes.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length));
    joined += length;
    at += RECORD_HEAD + length;
  }
}

/** What the head of the message says; null while it is not all there. */
function messageBytes(parts: readonly Uint8Array[]): number | null {
  const head = concatenate(parts).subarray(0, MESSAGE_HEAD);
  if (head.length < MESSAGE_HEAD) return null;
  return MESSAGE_HEAD + (((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function readHello(hello: Reader): ClientHello {
  hello.take(2 + 32); // version, random
  hello.vector(1); // session
  hello.vector(2); // cipher suites
  hello.vector(1); // compression
  if (hello.isAtEnd) return refused('it does not say whom it wants to speak to');
  const extensions = new Reader(hello.vector(2));
  if (!hello.isAtEnd) return refused('its TLS greeting is malformed');
  let name: string | null = null;
  const seen = new Set<number>();
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (seen.has(type)) return refused('its TLS greeting says something twice');
    seen.add(type);
    if (type === ENCRYPTED_HELLO) return refused('it hides whom it wants to speak to (Encrypted Client Hello)');
    if (type !== SERVER_NAME) continue;
    name = readServerName(new Reader(content));
    if (name === null) return refused('its TLS greeting is malformed');
  }
  return name === null
    ? refused('it does not say whom it wants to speak to')
    : { kind: 'hello', serverName: name.toLowerCase() };
}

/** Null when there is not just one name, or one that is none. */
function readServerName(content: Reader): string | null {
  const list = new Reader(content.vector(2));
  if (!content.isAtEnd || list.number(1) !== HOST_NAME) return null;
  const name = LATIN.decode(list.vector(2));
  return list.isAtEnd && NAME.test(name) ? name : null;
}

/** Reads forward. @throws RangeError beyond the end */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new RangeError('beyond the end');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  number(size: 1 | 2): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** What follows its own length. */
  vector(size: 1 | 2): Uint8Array {
    return this.take(this.number(size));
  }
}
