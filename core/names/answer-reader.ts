/** Reads what the kernel has captured of name servers' answers: datagrams, and the segments of streams. */
import { type DnsAnswer, parseDnsAnswer } from './dns-answer.ts';
import { DnsStream } from './dns-stream.ts';

export type CapturedAnswer = {
  readonly session: bigint;
  readonly protocol: 'tcp' | 'udp';
  /** Unlike that of any other socket. */
  readonly socket: bigint;
  /** Of the first byte; of a datagram, its place in it. */
  readonly sequence: number;
  /** The stream begins behind this number. */
  readonly begins: boolean;
  readonly bytes: Uint8Array;
};

/** Streams of one session that are followed, and sessions that have any; the oldest makes room. */
const MAX_STREAMS = 32;
const MAX_SESSIONS = 256;

export class AnswerReader {
  readonly #streams = new Map<bigint, Map<bigint, DnsStream>>();

  /** The answers that this capture completes. A stream whose beginning was missed says nothing. */
  read({ session, protocol, socket, sequence, begins, bytes }: CapturedAnswer): DnsAnswer[] {
    if (protocol === 'udp') return sequence === 0 ? answersIn([bytes]) : [];
    if (begins) {
      this.#follow(session, socket, sequence + 1);
      return [];
    }
    return answersIn(this.#streams.get(session)?.get(socket)?.take(sequence, bytes) ?? []);
  }

  #follow(session: bigint, socket: bigint, first: number): void {
    const own = this.#streams.get(session) ?? new Map<bigint, DnsStream>();
    this.#streams.delete(session);
    makeRoom(this.#streams, MAX_SESSIONS);
    this.#streams.set(session, own);
    const stream = new DnsStream(first);
    // sent again, as its acknowledgement was lost: else the socket has been connected anew
    if (own.get(socket)?.first === stream.first) return;
    own.delete(socket);
    makeRoom(own, MAX_STREAMS);
    own.set(socket, stream);
  }
}

function makeRoom<Key>(map: Map<Key, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
}

function answersIn(messages: readonly Uint8Array[]): DnsAnswer[] {
  return messages.flatMap((message) => parseDnsAnswer(message) ?? []);
}
