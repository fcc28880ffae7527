import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { changesBetween } from './changes.ts';

const manifest = (permissions: Manifest['permissions'], version = '1'): Manifest => ({
  skill_id: 'mail',
  version,
  permissions,
  hashes: {},
});
const words = (before: Manifest['permissions'], after: Manifest['permissions']): string[] =>
  changesBetween(manifest(before), manifest(after)).map(
    ({ effect, words: said, object }) => `${effect}: ${said} ${object}`,
  );

describe('what a draft changes', () => {
  test.each([
    [
      { filesystem: { write: ['/a'] } },
      'widens: may now also write, create and delete /a',
      'narrows: may no longer write, create and delete /a',
    ],
    [{ exec: ['/a'] }, 'widens: may now also run /a', 'narrows: may no longer run /a'],
    [
      { network: { egress: ['192.0.2.1:443'] } },
      'widens: may now also connect to 192.0.2.1:443',
      'narrows: may no longer connect to 192.0.2.1:443',
    ],
    [
      { require_approval: { filesystem: { read: ['/a'] } } },
      'widens: may now ask to read /a',
      // A wider grant may cover the same without a question.
      'widens: no longer asks before it reads /a',
    ],
  ])('%j', (permissions, whenAdded, whenRemoved) => {
    expect(words({}, permissions)).toEqual([whenAdded]);
    expect(words(permissions, {})).toEqual([whenRemoved]);
    expect(words(permissions, permissions)).toEqual([]);
  });

  test('asking about what is granted anyway is a bolt, not a door', () => {
    const granted = { filesystem: { read: ['/a'] } };
    expect(words(granted, { ...granted, require_approval: granted })).toEqual(['narrows: asks before it reads /a']);
  });

  test('taking the grant away with the question added opens a door still', () => {
    expect(words({ exec: ['/a'] }, { require_approval: { exec: ['/a'] } })).toEqual([
      'widens: may now ask to run /a',
      'narrows: may no longer run /a',
    ]);
  });

  test('what widens comes first, and order and repeats change nothing', () => {
    expect(words({ exec: ['/a', '/b'] }, { exec: ['/c', '/b', '/b'] })).toEqual([
      'widens: may now also run /c',
      'narrows: may no longer run /a',
    ]);
  });

  test('the version', () => {
    expect(changesBetween(manifest({}, '1'), manifest({}, '2'))).toEqual([
      { effect: 'neutral', words: 'version, until now 1, is', object: '2' },
    ]);
  });
});
