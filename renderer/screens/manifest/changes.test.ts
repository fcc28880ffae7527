import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { changesBetween } from './changes.ts';

const manifest = (permissions: Manifest['permissions'], more: Partial<Manifest> = {}): Manifest => ({
  skill_id: 'mail',
  version: '1',
  permissions,
  hashes: {},
  ...more,
});
const inWords = (before: Manifest, after: Manifest): string[] =>
  changesBetween(before, after).map(
    ({ effect, words, object }) => `${effect}: ${words}${object === null ? '' : ` ${object}`}`,
  );
const words = (before: Manifest['permissions'], after: Manifest['permissions']): string[] =>
  inWords(manifest(before), manifest(after));

const A_HASH = 'ab'.repeat(32);
const ANOTHER_HASH = 'cd'.repeat(32);

describe('what a draft changes', () => {
  test.each([
    [
      { filesystem: { write: ['/a'] } },
      'widens: may now also write, create and delete /a',
      'narrows: may no longer write, create and delete /a',
    ],
    [{ filesystem: { read: ['/a'] } }, 'widens: may now also read /a', 'narrows: may no longer read /a'],
    [{ filesystem: { create: ['/a'] } }, 'widens: may now also create /a', 'narrows: may no longer create /a'],
    [
      { filesystem: { delete: ['/a'] } },
      'widens: may now also delete or move away /a',
      'narrows: may no longer delete or move away /a',
    ],
    [{ exec: ['/a'] }, 'widens: may now also run /a', 'narrows: may no longer run /a'],
    [
      { network: { egress: ['192.0.2.1:443'] } },
      'widens: may now also connect to 192.0.2.1:443',
      'narrows: may no longer connect to 192.0.2.1:443',
    ],
    [
      { network: { listen: ['*:3000'] } },
      'widens: may now also wait for connections at *:3000',
      'narrows: may no longer wait for connections at *:3000',
    ],
    [
      { unix_sockets: { connect: ['/s'] } },
      'widens: may now also connect to the socket /s',
      'narrows: may no longer connect to the socket /s',
    ],
    [
      { unix_sockets: { bind: ['/s'] } },
      'widens: may now also make the socket /s',
      'narrows: may no longer make the socket /s',
    ],
    [{ filesystem: { deny: ['/a'] } }, 'narrows: denied from now on: /a', 'widens: no longer denied: /a'],
    [
      { network: { deny: ['192.0.2.1'] } },
      'narrows: denied from now on: connecting to 192.0.2.1',
      'widens: no longer denied: connecting to 192.0.2.1',
    ],
    [
      { require_approval: { filesystem: { read: ['/a'] } } },
      'widens: may now ask to read /a',
      // A wider grant may cover the same without a question.
      'widens: no longer asks before it reads /a',
    ],
    [
      { require_approval: { filesystem: { delete: ['/a'] } } },
      'widens: may now ask to delete or move away /a',
      'widens: no longer asks before it deletes or moves away /a',
    ],
    [
      { require_approval: { unix_sockets: { connect: ['/s'] } } },
      'widens: may now ask to connect to the socket /s',
      'widens: no longer asks before it connects to the socket /s',
    ],
    [
      { broad: true },
      'widens: says that its broad grants are meant',
      'narrows: no longer says that broad grants are meant',
    ],
  ])('%j', (permissions: Manifest['permissions'], whenAdded, whenRemoved) => {
    expect(words({}, permissions)).toEqual([whenAdded]);
    expect(words(permissions, {})).toEqual([whenRemoved]);
    expect(words(permissions, permissions)).toEqual([]);
  });

  test('asking about what is granted anyway is a bolt, not a door', () => {
    const granted = { filesystem: { read: ['/a'] } };
    expect(words(granted, { ...granted, require_approval: granted })).toEqual(['narrows: asks before it reads /a']);
  });

  test('a grant to write holds creating and deleting', () => {
    const granted = { filesystem: { write: ['/a'] } };
    const asking = { ...granted, require_approval: { filesystem: { create: ['/a'], delete: ['/a'] } } };
    expect(words(granted, asking)).toEqual([
      'narrows: asks before it creates /a',
      'narrows: asks before it deletes or moves away /a',
    ]);
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
    expect(changesBetween(manifest({}), manifest({}, { version: '2' }))).toEqual([
      { effect: 'neutral', words: 'version, until now 1, is', object: '2' },
    ]);
  });
});

describe('the content of a program', () => {
  const pinned = (sha256: string): Manifest['permissions'] => ({ exec: [{ path: '/a', sha256 }] });
  const free: Manifest['permissions'] = { exec: ['/a'] };
  test.each([
    ['freed', pinned(A_HASH), free, 'widens: may now run any content of /a'],
    ['pinned', free, pinned(A_HASH), `narrows: may only run one content of /a sha256:${A_HASH}`],
    [
      'exchanged',
      pinned(A_HASH),
      pinned(ANOTHER_HASH),
      `widens: may now run another content of /a sha256:${ANOTHER_HASH}`,
    ],
    ['new', {}, pinned(A_HASH), `widens: may now also run /a sha256:${A_HASH}`],
    ['gone', pinned(A_HASH), {}, `narrows: may no longer run /a sha256:${A_HASH}`],
  ])('%s', (_, before: Manifest['permissions'], after: Manifest['permissions'], sentence) => {
    expect(words(before, after)).toEqual([sentence]);
  });

  test('pinned beside a free entry of the same program changes nothing that counts', () => {
    expect(words(free, { exec: ['/a', { path: '/a', sha256: A_HASH }] })).toEqual([
      `widens: may now also run /a sha256:${A_HASH}`,
    ]);
  });
});

describe('classes of questions', () => {
  const asking = (name: 'exec:new' | 'read:secrets'): Manifest['permissions'] => ({
    require_approval: { classes: [name] },
  });

  test('about what is undeclared open a door, and close it', () => {
    expect(words({}, asking('exec:new'))).toEqual(['widens: may now ask before running programs that no list names']);
    expect(words(asking('exec:new'), {})).toEqual([
      'narrows: may no longer ask before running programs that no list names',
    ]);
  });

  test('about known places may open or bolt, so they count as wider', () => {
    expect(words({}, asking('read:secrets'))).toEqual([
      'widens: asks from now on, whether it was granted or refused, before reading keys, tokens and passwords',
    ]);
    expect(words(asking('read:secrets'), {})).toEqual([
      'widens: no longer asks before reading keys, tokens and passwords',
    ]);
  });

  test('hold back what an audited session does without being asked', () => {
    expect(inWords(manifest(asking('exec:new'), { mode: 'audit' }), manifest({}, { mode: 'audit' }))).toEqual([
      'widens: no longer asks before running programs that no list names',
    ]);
  });
});

describe('limits', () => {
  const limited = (limits?: Manifest['limits']): Manifest => manifest({}, limits === undefined ? {} : { limits });
  test.each([
    [undefined, { processes: 20 }, 'narrows: limited from now on to 20 processes at once'],
    [{ processes: 20 }, undefined, 'widens: no longer limited to 20 processes at once'],
    [{ processes: 20 }, { processes: 50 }, 'widens: limit raised to 50 processes at once, until now 20'],
    [
      { deletions_per_minute: 20 },
      { deletions_per_minute: 1 },
      'narrows: limit lowered to 1 deletion a minute, until now 20',
    ],
    [
      { bytes_sent: 1_000_000 },
      { bytes_sent: 5_000_000 },
      'widens: limit raised to 5,000,000 bytes sent in all, until now 1,000,000',
    ],
  ])('%j, then %j', (before: Manifest['limits'], after: Manifest['limits'], sentence) => {
    expect(inWords(limited(before), limited(after))).toEqual([sentence]);
  });

  test('that stay are no change', () => {
    expect(inWords(limited({ processes: 3 }), limited({ processes: 3 }))).toEqual([]);
  });
});
