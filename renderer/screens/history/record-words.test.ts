import { expect, test } from 'vitest';
import { recordObject, verdictLook } from './record-words.ts';

test('what an audited session did undeclared is no plain permission', () => {
  expect(verdictLook({ verdict: 'allow', kind: 'decision', reason: 'audit-mode' })).toMatchObject({
    words: 'Audit: let through',
    tone: 'warn',
  });
  expect(verdictLook({ verdict: 'allow', kind: 'decision', reason: 'rule' })).toMatchObject({ tone: 'plain' });
});

test.each([
  ['skill.trust-dropped', 'Skill changed', 'warn'],
  ['key.revoked', 'Key revoked', 'warn'],
  ['key.trusted', 'Key trusted', 'plain'],
  // No version knows these.
  ['moon.phase_changed', 'Moon: phase changed', 'plain'],
  ['constructor', 'Constructor', 'plain'],
  ['a\u202eb', 'A\\u{202e}b', 'plain'],
])('the kind %s is said in words', (kind, words, tone) => {
  expect(verdictLook({ verdict: null, kind })).toMatchObject({ words, tone });
});

test('a record is about its path, its address, or what it says', () => {
  const nothing = { path: null, message: undefined };
  expect(recordObject({ ...nothing, path: '/a', message: 'm' })).toBe('/a');
  expect(recordObject({ ...nothing, address: '192.0.2.1', port: 443 })).toBe('192.0.2.1:443');
  expect(recordObject({ ...nothing, message: 'm' })).toBe('m');
  expect(recordObject(nothing)).toBe('');
});
