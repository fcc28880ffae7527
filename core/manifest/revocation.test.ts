import { describe, expect, it } from 'vitest';
import { checkReason, formatRevocation, parseRevocations } from './revocation.ts';
import vectors from './vectors/revocations.json' with { type: 'json' };

describe('revocations', () => {
  it.each(vectors.cases)('$name', ({ text, revocations }) => {
    const parsed = parseRevocations(text);
    if (revocations === null) expect(parsed).toMatchObject({ ok: false, error: expect.stringMatching(/^line \d/) });
    else expect(parsed).toEqual({ ok: true, value: revocations });
  });

  it('are read as they are written', () => {
    const revocation = { keyId: `sha256:${'ab'.repeat(32)}`, date: '2026-05-01T10:00:00Z', reason: 'was stolen' };
    expect(parseRevocations(formatRevocation(revocation))).toEqual({ ok: true, value: [revocation] });
  });

  it('have a reason that can be read', () => {
    expect(checkReason('the laptop was stolen')).toBeNull();
    for (const reason of ['', ' ', ' a', 'a\n', 'a\u202eb', 'x'.repeat(257)])
      expect(checkReason(reason)).not.toBeNull();
  });
});
