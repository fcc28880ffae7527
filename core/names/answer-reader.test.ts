import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader, type CapturedAnswer } from './answer-reader.ts';
import { wireName } from './host-name.ts';
import { A, ANSWER, encodeMessage, SAME_NAME } from './testing/dns-message.ts';

const START = 0xffff_fff0;
const BASE = { session: 1n, socket: 9n } as const;

function answer(name: string, last: number): Uint8Array {
  const data = Uint8Array.from([203, 0, 113, last]);
  return encodeMessage({
    id: 1,
    flags: ANSWER,
    name: wireName(name),
    type: A,
    records: [{ owner: SAME_NAME, type: A, ttl: 9, data }],
  });
}

const framed = (message: Uint8Array) => Uint8Array.from([message.length >> 8, message.length & 0xff, ...message]);
const begin: CapturedAnswer = { ...BASE, protocol: 'tcp', sequence: START, begins: true, bytes: new Uint8Array(0) };

function segment(at: number, bytes: Uint8Array): CapturedAnswer {
  return { ...BASE, protocol: 'tcp', sequence: (START + 1 + at) >>> 0, begins: false, bytes };
}

const STREAM = Uint8Array.from([...framed(answer('a.example', 1)), ...framed(answer('b.example', 2))]);
const namesIn = (reader: AnswerReader, captures: readonly CapturedAnswer[]) =>
  captures.flatMap((one) => reader.read(one)).map(({ name }) => Buffer.from(name).toString('latin1'));
const BOTH = ['a.example', 'b.example'].map((name) => Buffer.from(wireName(name)).toString('latin1'));

describe('AnswerReader', () => {
  it('reads a datagram as it is', () => {
    const datagram: CapturedAnswer = {
      ...BASE,
      protocol: 'udp',
      sequence: 0,
      begins: false,
      bytes: answer('a.example', 1),
    };
    expect(new AnswerReader().read(datagram)).toHaveLength(1);
    expect(new AnswerReader().read({ ...datagram, sequence: 4096 })).toEqual([]);
  });

  it('puts a stream together however it is split, doubled and shuffled', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), fc.infiniteStream(fc.nat(99)), (cuts, dice) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const parts = bounds
          .slice(1)
          .map((end, index) => segment(bounds[index] ?? 0, STREAM.slice(bounds[index], end)));
        const shuffled = [...parts, ...parts.slice(0, 2)]
          .map((part) => ({ part, order: dice.next().value }))
          .sort((a, b) => a.order - b.order)
          .map(({ part }) => part);
        expect(namesIn(new AnswerReader(), [begin, ...shuffled])).toEqual(BOTH);
      }),
      { numRuns: 2000, seed: 20260104 },
    );
  });

  it('understands nothing of a stream whose beginning it has not seen, or of which a part is missing', () => {
    expect(namesIn(new AnswerReader(), [segment(0, STREAM)])).toEqual([]);
    expect(namesIn(new AnswerReader(), [begin, segment(1, STREAM.slice(1))])).toEqual([]);
    expect(namesIn(new AnswerReader(), [begin, segment(0, STREAM.slice(0, 9)), segment(10, STREAM.slice(10))])).toEqual(
      [],
    );
  });

  it('takes what came first of bytes that come twice', () => {
    const other = STREAM.slice();
    other[20] = 0x7a;
    expect(namesIn(new AnswerReader(), [begin, segment(0, STREAM.slice(0, 30)), segment(0, other)])).toEqual(BOTH);
  });

  it('tells sockets and sessions apart, and a socket that was connected anew', () => {
    const reader = new AnswerReader();
    expect(
      namesIn(reader, [begin, { ...segment(0, STREAM), socket: 8n }, { ...segment(0, STREAM), session: 2n }]),
    ).toEqual([]);
    const anew = { ...begin, sequence: 7_000_000 };
    expect(namesIn(reader, [anew, segment(0, STREAM)])).toEqual([]);
    expect(namesIn(reader, [anew, { ...segment(0, STREAM), sequence: 7_000_001 }])).toEqual(BOTH);
  });

  it('gives up a stream of which too much waits', () => {
    const reader = new AnswerReader();
    reader.read(begin);
    for (let at = 1; at < 40; at++) reader.read(segment(at * 4096, new Uint8Array(4096)));
    expect(namesIn(reader, [segment(0, STREAM)])).toEqual([]);
  });
});
