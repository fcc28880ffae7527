import { describe, expect, it } from 'vitest';
import { parseManifest } from './parse.ts';
import vectors from './vectors/fields.json' with { type: 'json' };

type Case = {
  name: string;
  manifest: unknown;
  errors: { code: string; pointer: string }[];
  warnings?: string[];
};

const parse = (value: unknown) => parseManifest(new TextEncoder().encode(JSON.stringify(value, null, 2)));

describe('parseManifest', () => {
  it.each(vectors.cases as Case[])('$name', ({ manifest, errors, warnings }) => {
    const parsed = parse(manifest);
    const found = parsed.ok ? [] : [parsed.error, ...(parsed.error.more ?? [])];
    expect(found.map(({ code, pointer }) => ({ code, pointer }))).toEqual(errors);
    if (parsed.ok) expect(parsed.warnings.map(({ code }) => code)).toEqual(warnings);
    for (const { message, remedy, line, column } of found) {
      expect(message).not.toBe('');
      expect(remedy).toMatch(/[.}\])a-z"]$/);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
    }
  });

  it('returns the manifest as it was written, unknown fields and order included', () => {
    const manifest = {
      zeta: [1, { two: null }],
      version: '1',
      skill_id: 's',
      hashes: { b: 'x', a: 'y' },
      permissions: {},
    };
    const parsed = parse(manifest);
    expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(manifest));
  });

  it('names line, column and remedy of a field', () => {
    expect(parse({ skill_id: 's', version: '1', permissions: { exec: ['git'] }, hashes: {} })).toEqual({
      ok: false,
      error: {
        code: 'bad-path',
        message: 'permissions.exec[0]: "git" is not absolute',
        remedy: 'Begin with /, ~/, $WORKSPACE/, $SKILL/ or $TMPDIR/; programs too: /usr/bin/git, not git.',
        pointer: 'permissions.exec[0]',
        line: 6,
        column: 7,
      },
    });
  });

  it('shows hidden characters escaped, never raw', () => {
    const parsed = parse({
      skill_id: 's',
      version: '1',
      permissions: {},
      hashes: {},
      'a\u202eb': 1,
      critical: ['c\u200bd'],
      publisher: { keys: ['ssh-\u202e AAAA x', 'ringfence-ed25519 AAAA \u200b'] },
    });
    const permissions = {
      env: { pass: ['a\u202eb'] },
      exec: [{ path: '/a\u200b', sha256: '\u202e' }],
      unix_sockets: { connect: ['a\u202eb', '@a\u202eb', '/a\u202eb'] },
      network: { egress: ['a\u202eb', '*.a\u202eb', '@a\u202eb'] },
    };
    expect(JSON.stringify(parse({ skill_id: 's', version: '1', permissions, hashes: {} }))).not.toMatch(
      /[\u202e\u200b]/,
    );
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toMatch(/[\u202e\u200b]/);
  });
});
