/** What a name server's message says of the addresses of a name (RFC 1035). bpf/answers.h reads the common case alike. */
import { lowerCased, MAX_WIRE_NAME, type WireName } from './host-name.ts';

export type DnsAnswer = {
  /** The question's name, whatever names stand between it and the addresses. */
  readonly name: WireName;
  readonly addresses: readonly LearnedAddress[];
};

export type LearnedAddress = {
  /** 16 bytes, IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array;
  /** For which the answer holds. */
  readonly seconds: number;
};

/** Addresses taken from one message; further ones are passed over. */
export const MAX_ADDRESSES = 64;

const HEADER_BYTES = 12;
const RECORD_HEAD_BYTES = 10;
/** QR, opcode and RCODE. A truncated message is read as far as it goes. */
const KIND_MASK = 0xf80f;
const ANSWER = 0x8000;
const INTERNET = 1;
const POINTER = 0xc0;
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [28, 16],
]);
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Null for what is no answer to one question. What follows a broken record is not read. */
export function parseDnsAnswer(message: Uint8Array): DnsAnswer | null {
  if (message.length < HEADER_BYTES) return null;
  const data = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if ((data.getUint16(2) & KIND_MASK) !== ANSWER || data.getUint16(4) !== 1) return null;
  const name = readQuestion(message);
  if (name === null) return null;
  const addresses: LearnedAddress[] = [];
  let at = HEADER_BYTES + name.length + 4;
  for (let left = data.getUint16(6); left > 0 && addresses.length < MAX_ADDRESSES; left--) {
    const head = endOfName(message, at);
    if (head === null || head + RECORD_HEAD_BYTES > message.length) break;
    const bytes = data.getUint16(head + 8);
    at = head + RECORD_HEAD_BYTES + bytes;
    if (at > message.length) break;
    const isAddress = data.getUint16(head + 2) === INTERNET && ADDRESS_BYTES.get(data.getUint16(head)) === bytes;
    if (!isAddress) continue;
    const own = message.subarray(at - bytes, at);
    const address = bytes === 4 ? Uint8Array.from([...MAPPED, ...own]) : Uint8Array.from(own);
    addresses.push({ address, seconds: data.getUint32(head + 4) });
  }
  return { name: lowerCased(name), addresses };
}

/** Written out: nothing stands before it that it could point to. */
function readQuestion(message: Uint8Array): WireName | null {
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length >= 64) return null;
    at += length + 1;
    if (at - HEADER_BYTES > MAX_WIRE_NAME || at > message.length) return null;
    if (length === 0) return at - HEADER_BYTES > 1 ? message.slice(HEADER_BYTES, at) : null;
  }
}

/** Where what follows a record's name begins; null: it is no name. */
function endOfName(message: Uint8Array, from: number): number | null {
  for (let at = from; ; ) {
    const length = message[at];
    if (length === undefined) return null;
    if (length >= POINTER) return at + 2;
    if (length >= 64) return null;
    at += length + 1;
    if (length === 0) return at;
  }
}
