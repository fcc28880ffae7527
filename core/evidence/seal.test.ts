import { describe, expect, test } from 'vitest';
import { canonicalText } from './canonical.ts';
import { readRecord } from './chain.ts';
import { digestOf } from './digest.ts';
import { recordSchema } from './record.ts';
import { evidenceHash, sealRecord } from './seal.ts';

const place = {
  seq: 7,
  boot_id: 'b',
  mono_ns: '123',
  timestamp: '2026-01-02T03:04:05.000006Z',
  prev: digestOf('before'),
};

describe('record', () => {
  test('is sealed over everything it says', () => {
    const sealed = sealRecord(
      { kind: 'decision', verdict: 'block', path: '/home/dev/ö', rule: { id: 1, pointer: 'p', text: 't' } },
      place,
    );
    if (!sealed.ok) throw new Error(sealed.error.message);
    const { record, line } = sealed.value;
    expect(recordSchema.parse(record)).toEqual(record);
    expect(record).toMatchObject({ v: 1, seq: 7, pid: null, skill_id: null, action: null, prev: place.prev });
    expect(readRecord(line)).toEqual({ ok: true, value: record });
    expect(evidenceHash({ ...record, verdict: 'allow' })).not.toEqual(evidenceHash(record));
    expect(evidenceHash({ ...record, added: 1 })).not.toEqual(evidenceHash(record));
  });

  test('the hash is that of the canonical text without the hash', () => {
    const sealed = sealRecord({ kind: 'note' }, place);
    if (!sealed.ok) throw new Error(sealed.error.message);
    const text =
      '{"action":null,"boot_id":"b","kind":"note","mono_ns":"123","path":null,"pid":null,' +
      `"prev":"${place.prev}","seq":7,"skill_id":null,"timestamp":"2026-01-02T03:04:05.000006Z","v":1,"verdict":null}`;
    expect(sealed.value.record.evidence_hash).toBe(digestOf(text));
  });

  test('a draft cannot take its place in the chain itself', () => {
    const draft = { kind: 'note', seq: 99, prev: digestOf('elsewhere'), v: 9 };
    const sealed = sealRecord(draft, place);
    expect(sealed).toMatchObject({ ok: true, value: { record: { seq: 7, prev: place.prev, v: 1 } } });
  });

  test.each([
    ['a fraction', { a: 0.5 }, '/a'],
    ['more than 53 bits', { a: [2 ** 53] }, '/a/0'],
    ['minus zero', { a: -0 }, '/a'],
    ['a lone surrogate', { 'x/y': '\ud800' }, '/x~1y'],
    ['a date', { a: new Date(0) }, '/a'],
    ['a big integer', { a: 1n }, '/a'],
    ['undefined', { a: undefined }, '/a'],
  ])('%s has no canonical form', (_, value, pointer) => {
    expect(canonicalText(value)).toMatchObject({ ok: false, error: { code: 'not-canonical', pointer } });
  });

  test('nesting is bounded', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 20; depth++) value = [value];
    expect(canonicalText(value)).toMatchObject({ ok: false });
  });
});
