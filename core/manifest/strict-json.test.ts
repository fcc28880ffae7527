import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import { MAX_MANIFEST_BYTES } from './limits.ts';
import { parseStrictJson } from './strict-json.ts';
import vectors from './vectors/text.json' with { type: 'json' };

type Case = {
  name: string;
  text?: string;
  base64?: string;
  made?: { before: string; unit: string; times: number; after: string };
  error: { code: string; line?: number; column?: number } | null;
};

const textOf = ({ text, made }: Case) =>
  made === undefined ? text : made.before + made.unit.repeat(made.times) + made.after;

const encode = (text: string) => new TextEncoder().encode(text);

describe('parseStrictJson', () => {
  it.each(vectors.cases as Case[])('$name', (vector) => {
    const { base64, error } = vector;
    const text = textOf(vector);
    const bytes = text === undefined ? decodeBase64(base64 ?? '') : encode(text);
    const parsed = parseStrictJson(bytes ?? encode(''));
    if (error === null) expect(parsed).toMatchObject({ ok: true, value: { value: JSON.parse(text ?? '') } });
    else expect(parsed).toMatchObject({ ok: false, error });
  });

  it('refuses a byte more than allowed and reads the last one allowed', () => {
    const most = `"${'a'.repeat(MAX_MANIFEST_BYTES - 2)}"`;
    expect(parseStrictJson(encode(most)).ok).toBe(true);
    expect(parseStrictJson(encode(`${most} `))).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('refuses long names around many values before they cost their product', () => {
    const text = `{"${'n'.repeat(100_000)}":[${'0,'.repeat(50_000)}0]}`;
    expect(parseStrictJson(encode(text))).toMatchObject({ ok: false, error: { code: 'too-large' } });
  });

  it('places every value', () => {
    const parsed = parseStrictJson(encode('{\n  "a": [1,\n    {"b c": null}]\n}'));
    expect(parsed.ok && [...parsed.value.places]).toEqual([
      ['', { line: 1, column: 1 }],
      ['a', { line: 2, column: 8 }],
      ['a[0]', { line: 2, column: 9 }],
      ['a[1]', { line: 3, column: 5 }],
      ['a[1]["b c"]', { line: 3, column: 13 }],
    ]);
  });

  it('places values quickly on one long line', () => {
    const started = performance.now();
    expect(parseStrictJson(encode(`[${'0,'.repeat(100_000)}0]`)).ok).toBe(true);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('reads what JSON.stringify writes', () => {
    const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'))),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2, '\t'), (tree, indent) => {
        const text = JSON.stringify(tree, null, indent).replaceAll(/(?<![\w.])-0(?![\w.])/g, '0');
        fc.pre(!text.includes('__proto__'));
        const parsed = parseStrictJson(encode(text));
        expect(parsed.ok && JSON.stringify(parsed.value.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('never accepts what JSON.parse refuses, and never throws', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'u',
      '0',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '\n',
      'a',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        const parsed = parseStrictJson(encode(text));
        if (parsed.ok) expect(JSON.stringify(parsed.value.value)).toBe(JSON.stringify(JSON.parse(text)));
        else expect(parsed.error.message.length * parsed.error.remedy.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof parseStrictJson(bytes).ok === 'boolean'),
    );
  });
});
