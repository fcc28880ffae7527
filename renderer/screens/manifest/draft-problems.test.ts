import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { changeDraft, type Draft, type DraftChange, draftOf } from './draft.ts';
import { isSignable, problemsOf } from './draft-problems.ts';
import { EVERYTHING } from './testing/everything.ts';

const BASE: Manifest = {
  skill_id: 'mail',
  version: '1.0.0',
  permissions: { filesystem: { read: ['~/Mail/**'] }, exec: ['/usr/bin/ssh'] },
  hashes: {},
};
const changed = (...changes: readonly DraftChange[]): Draft => changes.reduce(changeDraft, draftOf(BASE));
const READ = 'permissions.filesystem.read[0]';

describe('problems stand at their fields', () => {
  test('a refused path', () => {
    const problems = problemsOf(BASE, changed({ is: 'write', list: 'read', key: 0, text: 'Mail' }));
    expect(problems.get(READ)).toMatchObject([{ message: '"Mail" is not absolute', refused: true }]);
    expect(isSignable(problems)).toBe(false);
  });

  test('an entry of a list that few need', () => {
    const problems = problemsOf(
      BASE,
      changed({ is: 'add', list: 'listen' }, { is: 'write', list: 'listen', key: 2, text: '127.0.0.1' }),
    );
    expect(problems.get('permissions.network.listen[0]')).toMatchObject([{ refused: true }]);
    expect(problems.has('')).toBe(false);
  });

  test('a hash that is none stands with its program', () => {
    const problems = problemsOf(BASE, changed({ is: 'write', list: 'exec', key: 1, text: '/usr/bin/ssh sha256:AB' }));
    expect(problems.get('permissions.exec[0]')).toMatchObject([
      { message: 'The hash is not 64 lowercase hex digits', refused: true },
    ]);
    expect(problems.has('')).toBe(false);
  });

  test('a broad grant that is not said to be meant stops', () => {
    const problems = problemsOf(BASE, changed({ is: 'write', list: 'read', key: 0, text: '~/**' }));
    expect(problems.get(READ)).toMatchObject([{ message: 'This grants nearly everything', refused: true }]);
    expect(isSignable(problems)).toBe(false);
  });

  test('a broad grant that is said to be meant is worth knowing and does not stop', () => {
    const broad = changed({ is: 'write', list: 'read', key: 0, text: '~/**' }, { is: 'broad', on: true });
    const problems = problemsOf(BASE, broad);
    expect(problems.get(READ)).toMatchObject([{ message: 'This grants nearly everything', refused: false }]);
    expect(isSignable(problems)).toBe(true);
  });

  test('a host name is no problem', () => {
    const draft = changed({ is: 'add', list: 'egress' }, { is: 'write', list: 'egress', key: 2, text: 'example.org' });
    expect(problemsOf(BASE, draft).get('permissions.network.egress[0]')).toBeUndefined();
  });

  test.each([
    ['many', '“many” is not a whole number'],
    ['99999999999999999999', '“99999999999999999999” is not a whole number'],
    ['0', 'The limit is less than 1'],
  ])('the limit %s', (written, message) => {
    const problems = problemsOf(BASE, changed({ is: 'limit', name: 'processes', text: written }));
    expect(problems.get('limits.processes')).toMatchObject([{ message, refused: true }]);
    expect(isSignable(problems)).toBe(false);
  });

  test('an empty row and an empty version', () => {
    const problems = problemsOf(BASE, changed({ is: 'add', list: 'askRead' }, { is: 'version', text: ' ' }));
    expect([...problems.keys()].sort()).toEqual(['permissions.require_approval.filesystem.read[0]', 'version']);
  });

  test('what no field shows stands with the whole', () => {
    const base = { ...BASE, critical: ['own_field'], own_field: 1 } as Manifest;
    expect(problemsOf(base, draftOf(base)).get('')).toMatchObject([{ refused: true }]);
  });

  test('nothing wrong', () => {
    expect(problemsOf(BASE, draftOf(BASE)).size).toBe(0);
    expect(isSignable(problemsOf(EVERYTHING, draftOf(EVERYTHING)))).toBe(true);
  });
});
