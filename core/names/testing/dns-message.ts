/** Messages of name servers, well-formed and broken, for tests. */
import fc from 'fast-check';
import { wireName } from '../host-name.ts';

export type DnsRecord = {
  readonly owner: Uint8Array;
  readonly type: number;
  readonly ttl: number;
  readonly data: Uint8Array;
};

export const A = 1;
export const CNAME = 5;
export const AAAA = 28;
/** The question's name, by a pointer. */
export const SAME_NAME = Uint8Array.from([0xc0, 12]);

export type DnsMessage = {
  readonly id: number;
  readonly flags: number;
  readonly name: Uint8Array;
  readonly type: number;
  readonly records: readonly DnsRecord[];
  /** Where it is not that of the records. */
  readonly count?: number;
};

export function encodeMessage({ id, flags, name, type, records, count }: DnsMessage): Uint8Array {
  const head = [id, flags, 1, count ?? records.length, 0, 0].flatMap((word) => [word >> 8, word & 0xff]);
  const body = records.flatMap(({ owner, type: kind, ttl, data }) => [
    ...owner,
    ...[
      0,
      kind,
      0,
      1,
      ttl >>> 24,
      (ttl >>> 16) & 0xff,
      (ttl >>> 8) & 0xff,
      ttl & 0xff,
      data.length >> 8,
      data.length & 0xff,
    ],
    ...data,
  ]);
  return Uint8Array.from([...head, ...name, 0, type, 0, 1, ...body]);
}

export const ANSWER = 0x8180;
export const TRUNCATED = 0x0200;

const owner = fc.oneof(
  { weight: 4, arbitrary: fc.constant(SAME_NAME) },
  { weight: 2, arbitrary: fc.constantFrom('a.example', 'cdn.example.net', 'x').map(wireName) },
  { weight: 1, arbitrary: fc.constant(Uint8Array.from([1, 0x61, 0xc0, 12])) },
  { weight: 1, arbitrary: fc.constant(wireName(Array.from({ length: 20 }, () => 'l').join('.'))) },
);

const record: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({
    ...{ owner, type: fc.constant(A), ttl: fc.nat(7200) },
    data: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  }),
  fc.record({
    ...{ owner, type: fc.constant(AAAA), ttl: fc.nat(7200) },
    data: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  }),
  fc.record({ owner, type: fc.constant(CNAME), ttl: fc.nat(7200), data: owner }),
  fc.record({ owner, type: fc.constantFrom(A, AAAA, 16, 65), ttl: fc.nat(9), data: fc.uint8Array({ maxLength: 20 }) }),
);

/** Answers about one of these names, as name servers send them, and now and then as they do not. */
export const message = (names: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      id: fc.nat(0xffff),
      flags: fc.oneof(
        { weight: 12, arbitrary: fc.constant(ANSWER) },
        { weight: 1, arbitrary: fc.constant(ANSWER | TRUNCATED) },
        { weight: 1, arbitrary: fc.constantFrom(0x8183, 0x0100, 0x9180, 0x8582) },
      ),
      name: fc.constantFrom(...names).map(wireName),
      type: fc.constantFrom(A, AAAA),
      records: fc.array(record, { maxLength: 20 }),
      count: fc.option(fc.nat(40), { nil: undefined, freq: 8 }),
    })
    .map(({ count, ...rest }) => encodeMessage(count === undefined ? rest : { ...rest, count }))
    .chain((bytes) =>
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(bytes) },
        { weight: 1, arbitrary: fc.nat(bytes.length).map((end) => bytes.slice(0, end)) },
        {
          weight: 1,
          arbitrary: fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)).map(([at, value]) => {
            const changed = bytes.slice();
            changed[at] = value;
            return changed;
          }),
        },
      ),
    );
