import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../core/manifest/schema.ts';
import {
  changeDraft,
  type Draft,
  type DraftChange,
  draftOf,
  draftText,
  isSignable,
  manifestOf,
  problemsOf,
} from './draft.ts';

const BASE: Manifest = {
  skill_id: 'mail',
  version: '1.0.0',
  on_violation: 'kill',
  permissions: {
    filesystem: { read: ['~/Mail/**'] },
    network: { egress: ['192.0.2.25:443'] },
    require_approval: { exec: ['/usr/bin/ssh'] },
  },
  hashes: { 'SKILL.md': `sha256:${'ab'.repeat(32)}` },
};
const changed = (...changes: readonly DraftChange[]): Draft => changes.reduce(changeDraft, draftOf(BASE));

test('a draft that nobody touched makes the same manifest', () => {
  expect(manifestOf(BASE, draftOf(BASE))).toEqual(BASE);
});

test('rows are added, written and removed, each under a key of its own', () => {
  const draft = changed(
    { is: 'add', list: 'write' },
    { is: 'write', list: 'write', key: 3, text: ' ~/Mail/.Drafts/** ' },
    { is: 'remove', list: 'egress', key: 1 },
    { is: 'add', list: 'write' },
  );
  expect(draft.lists.write.map(({ key }) => key)).toEqual([3, 4]);
  expect(manifestOf(BASE, changeDraft(draft, { is: 'remove', list: 'write', key: 4 })).permissions).toEqual({
    filesystem: { read: ['~/Mail/**'], write: ['~/Mail/.Drafts/**'] },
    require_approval: { exec: ['/usr/bin/ssh'] },
  });
});

test('the text that is signed has neither hashes nor signature, and keeps what the form does not know', () => {
  const base = { ...BASE, own_field: [1], signature: { algorithm: 'Ed25519', value: '', signed_by: 'x' } } as Manifest;
  const sent = JSON.parse(draftText(base, draftOf(base)));
  expect(Object.keys(sent)).toEqual(['skill_id', 'version', 'on_violation', 'permissions', 'own_field']);
  expect(sent).toMatchObject({ on_violation: 'kill', own_field: [1] });
});

describe('problems stand at their fields', () => {
  test('a refused path', () => {
    const problems = problemsOf(BASE, changed({ is: 'write', list: 'read', key: 0, text: 'Mail' }));
    expect(problems.get('permissions.filesystem.read[0]')).toMatchObject([
      { message: '"Mail" is not absolute', refused: true },
    ]);
    expect(isSignable(problems)).toBe(false);
  });

  test('a broad grant that is said to be meant is worth knowing and does not stop', () => {
    const meant = { ...BASE, permissions: { ...BASE.permissions, broad: true } };
    const problems = problemsOf(meant, changed({ is: 'write', list: 'read', key: 0, text: '~/**' }));
    expect(problems.get('permissions.filesystem.read[0]')).toMatchObject([{ refused: false }]);
    expect(isSignable(problems)).toBe(true);
  });

  test('a broad grant that is not said to be meant stops', () => {
    const problems = problemsOf(BASE, changed({ is: 'write', list: 'read', key: 0, text: '~/**' }));
    expect(problems.get('permissions.filesystem.read[0]')).toMatchObject([{ refused: true }]);
    expect(isSignable(problems)).toBe(false);
  });

  test('what the form does not know stays', () => {
    const permissions = {
      filesystem: { read: ['~/a'], deny: ['~/a/b'], create: ['~/c'] },
      network: { listen: ['*:3000'], deny: ['10.0.0.0/8'] },
      exec: [{ path: '/usr/bin/jq', sha256: 'ab'.repeat(32) }],
      env: { deny: ['AWS_*'] },
      require_approval: { classes: ['exec:new' as const], filesystem: { delete: ['~/a/**'] } },
    };
    const base: Manifest = { ...BASE, permissions, limits: { processes: 5 } };
    expect(manifestOf(base, draftOf(base))).toEqual(base);
    const emptied = changeDraft(draftOf(base), { is: 'remove', list: 'read', key: 0 });
    expect(manifestOf(base, emptied).permissions.filesystem).toEqual({ deny: ['~/a/b'], create: ['~/c'] });
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
  });
});
