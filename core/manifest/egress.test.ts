import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { parseDeny, parseEgress, parseListen } from './egress.ts';
import vectors from './vectors/egress.json' with { type: 'json' };

describe('parseEgress', () => {
  it.each(vectors.accepted)('accepts $text', ({ text, parsed }) => {
    expect(parseEgress(text)).toEqual({ ok: true, value: parsed });
  });

  it.each(vectors.refused)('refuses %j', (text) => {
    const parsed = parseEgress(text);
    expect(parsed).toMatchObject({ ok: false });
    if (!parsed.ok) expect(Math.min(parsed.error.message.length, parsed.error.remedy.length)).toBeGreaterThan(5);
  });

  it.each(vectors.listen.accepted)('accepts $text to listen at', ({ text, parsed }) => {
    expect(parseListen(text)).toEqual({ ok: true, value: parsed });
  });

  it.each(vectors.listen.refused)('refuses %j to listen at', (text) => {
    expect(parseListen(text)).toMatchObject({ ok: false });
  });

  it.each(vectors.deny.accepted)('accepts $text to be denied', ({ text, parsed }) => {
    expect(parseDeny(text)).toEqual({ ok: true, value: parsed });
  });

  it.each(vectors.deny.refused)('refuses %j to be denied', (text) => {
    expect(parseDeny(text)).toMatchObject({ ok: false });
  });

  it('reads every address as the same address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65535 }), (address, port) => {
        const parsed = parseEgress(`${address}:${port}`);
        expect(parsed).toEqual({
          ok: true,
          value: { kind: 'address', prefix: `${address}/32`, ports: { low: port, high: port } },
        });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const address = ipaddr.fromByteArray([0x20, ...bytes.subarray(1)]).toString();
        expect(parseEgress(`[${address}]:22`)).toMatchObject({ ok: true, value: { prefix: `${address}/128` } });
      }),
    );
  });

  it('never throws, and what it accepts it accepts again in its canonical form', () => {
    const part = fc.constantFrom(
      '1',
      '0',
      '.',
      ':',
      '::',
      '/',
      '[',
      ']',
      'a',
      '*',
      '-',
      '255',
      'ffff',
      '@',
      'example',
      '.org',
      '8',
      '443',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        const parsed = parseEgress(parts.join(''));
        if (!parsed.ok) return;
        const { value } = parsed;
        if (value.kind === 'symbol') return;
        const again = value.kind === 'name' ? value.name : value.prefix;
        const { low, high } = value.ports;
        expect(parseEgress(`${again}:${low === 0 ? '*' : `${low}-${high}`}`)).toEqual(parsed);
      }),
      { numRuns: 5000 },
    );
  });
});
