import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../policy/network-address.ts';
import { MAX_ADDRESSES, parseDnsAnswer } from './dns-answer.ts';
import { wireName } from './host-name.ts';
import {
  A,
  AAAA,
  ANSWER,
  CNAME,
  type DnsRecord,
  encodeMessage,
  message,
  SAME_NAME,
  TRUNCATED,
} from './testing/dns-message.ts';

const NAME = wireName('api.example.com');
const v4 = (last: number): DnsRecord => ({
  owner: SAME_NAME,
  type: A,
  ttl: 60,
  data: Uint8Array.from([203, 0, 113, last]),
});
const v6: DnsRecord = { owner: SAME_NAME, type: AAAA, ttl: 7, data: parseAddress('2001:db8::1') as Uint8Array };
const cname: DnsRecord = { owner: SAME_NAME, type: CNAME, ttl: 5, data: wireName('cdn.example.net') };

function read(records: readonly DnsRecord[], more: { flags?: number; name?: Uint8Array; count?: number } = {}) {
  return parseDnsAnswer(encodeMessage({ id: 7, flags: ANSWER, name: NAME, type: A, records, ...more }));
}

describe('parseDnsAnswer', () => {
  it('gives every address to the question’s name, whatever names stand between', () => {
    const owned = { ...v4(2), owner: wireName('cdn.example.net') };
    expect(read([cname, v4(1), owned, v6])).toEqual({
      name: NAME,
      addresses: [
        { address: parseAddress('203.0.113.1'), seconds: 60 },
        { address: parseAddress('203.0.113.2'), seconds: 60 },
        { address: parseAddress('2001:db8::1'), seconds: 7 },
      ],
    });
  });

  it('reads the name in small letters', () => {
    const shouted = Uint8Array.from(NAME, (byte) => (byte >= 0x61 ? byte - 0x20 : byte));
    expect(read([v4(1)], { name: shouted })?.name).toEqual(NAME);
  });

  it('reads what a truncated message still says, and nothing behind a broken record', () => {
    expect(read([v4(1)], { flags: ANSWER | TRUNCATED })?.addresses).toHaveLength(1);
    expect(read([v4(1)], { count: 9 })?.addresses).toHaveLength(1);
    const whole = encodeMessage({ id: 1, flags: ANSWER, name: NAME, type: A, records: [v4(1), v4(2)] });
    expect(parseDnsAnswer(whole.subarray(0, whole.length - 1))?.addresses).toHaveLength(1);
  });

  it.each([
    ['a question', 0x0100],
    ['a refusal', 0x8185],
    ['a name that there is not', 0x8183],
    ['another kind of message', 0xa180],
  ])('takes %s for no answer', (_, flags) => expect(read([v4(1)], { flags })).toBeNull());

  it('takes a name that points elsewhere for none', () => {
    expect(read([v4(1)], { name: Uint8Array.from([3, 0x61, 0x62, 0x63, 0xc0, 12]) })).toBeNull();
    expect(read([v4(1)], { name: Uint8Array.from([0]) })).toBeNull();
  });

  it('takes no more addresses than the kernel does', () => {
    const records = Array.from({ length: MAX_ADDRESSES + 5 }, (_, index) => v4(index));
    expect(read(records)?.addresses).toHaveLength(MAX_ADDRESSES);
  });

  it('never throws, and gives no more than the message holds', () => {
    let answers = 0;
    const any = fc.oneof(message(['api.example.com', 'x.example.org']), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(any, (bytes) => {
        const answer = parseDnsAnswer(bytes);
        if (answer === null) return;
        answers += 1;
        expect(answer.name.length).toBeLessThanOrEqual(255);
        expect(answer.addresses.length * 14).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 20_000, seed: 20260103 },
    );
    expect(answers).toBeGreaterThan(5000);
  });
});
