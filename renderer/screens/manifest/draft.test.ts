import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { changeDraft, type Draft, type DraftChange, draftOf, draftText, isListShown, manifestOf } from './draft.ts';
import { LIST_NAMES, type ListName } from './permission-lists.ts';
import { EVERYTHING } from './testing/everything.ts';

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
const edited = (base: Manifest, ...changes: readonly DraftChange[]): Manifest =>
  manifestOf(base, changes.reduce(changeDraft, draftOf(base)));
const changed = (...changes: readonly DraftChange[]): Draft => changes.reduce(changeDraft, draftOf(BASE));

describe('a draft that nobody touched makes the same manifest', () => {
  test.each([
    ['a short one', BASE],
    ['one that says everything', EVERYTHING],
    ['one with empty lists', { ...BASE, permissions: { filesystem: { read: [] }, exec: [], env: { pass: [] } } }],
    ['one that says no to broad grants', { ...BASE, permissions: { broad: false } }],
  ])('%s', (_, manifest: Manifest) => {
    expect(manifestOf(manifest, draftOf(manifest))).toEqual(manifest);
  });
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

/** Where each list stands, written out once more. */
const PLACES: Readonly<Record<ListName, object>> = {
  read: { filesystem: { read: ['x'] } },
  write: { filesystem: { write: ['x'] } },
  create: { filesystem: { create: ['x'] } },
  delete: { filesystem: { delete: ['x'] } },
  exec: { exec: ['x'] },
  egress: { network: { egress: ['x'] } },
  listen: { network: { listen: ['x'] } },
  socketConnect: { unix_sockets: { connect: ['x'] } },
  socketBind: { unix_sockets: { bind: ['x'] } },
  askRead: { require_approval: { filesystem: { read: ['x'] } } },
  askWrite: { require_approval: { filesystem: { write: ['x'] } } },
  askCreate: { require_approval: { filesystem: { create: ['x'] } } },
  askDelete: { require_approval: { filesystem: { delete: ['x'] } } },
  askExec: { require_approval: { exec: ['x'] } },
  askEgress: { require_approval: { network: { egress: ['x'] } } },
  askListen: { require_approval: { network: { listen: ['x'] } } },
  askSocketConnect: { require_approval: { unix_sockets: { connect: ['x'] } } },
  deny: { filesystem: { deny: ['x'] } },
  denyEgress: { network: { deny: ['x'] } },
};

describe('each list is read from its place and written there', () => {
  test.each(LIST_NAMES)('%s', (list) => {
    const empty: Manifest = { ...BASE, permissions: {} };
    const full = edited(empty, { is: 'add', list }, { is: 'write', list, key: 0, text: 'x' });
    expect(full.permissions).toEqual(PLACES[list]);
    expect(draftOf(full).lists[list]).toEqual([{ key: 0, text: 'x' }]);
    expect(edited(full, { is: 'remove', list, key: 0 }).permissions).toEqual({});
  });
});

test('a list that is seldom needed is shown once it is there, and until the draft ends', () => {
  const draft = changed({ is: 'add', list: 'deny' });
  expect([isListShown(draftOf(BASE), 'deny'), isListShown(draft, 'deny')]).toEqual([false, true]);
  expect(isListShown(changeDraft(draft, { is: 'remove', list: 'deny', key: 3 }), 'deny')).toBe(true);
  expect(isListShown(draftOf(EVERYTHING), 'denyEgress')).toBe(true);
  expect(isListShown(draftOf(BASE), 'write')).toBe(true);
});

describe('what the form does not know stays', () => {
  test('beside a list that was emptied', () => {
    const filesystem = { read: ['~/a'], deny: ['~/a/b'], create: ['~/c'] };
    const base: Manifest = { ...EVERYTHING, permissions: { ...EVERYTHING.permissions, filesystem } };
    const emptied = edited(base, { is: 'remove', list: 'read', key: 0 });
    expect(emptied).toEqual({
      ...base,
      permissions: { ...base.permissions, filesystem: { deny: ['~/a/b'], create: ['~/c'] } },
    });
  });

  test('an environment of nothing is no missing one', () => {
    const base: Manifest = { ...BASE, permissions: { ...BASE.permissions, env: { pass: [] } } };
    expect(edited(base, { is: 'remove', list: 'read', key: 0 }).permissions.env).toEqual({ pass: [] });
  });
});

test('the content of a program stands behind it', () => {
  const sha256 = 'ab'.repeat(32);
  const exec = (line: string) =>
    edited(BASE, { is: 'add', list: 'exec' }, { is: 'write', list: 'exec', key: 3, text: line }).permissions.exec;
  expect(exec(`/usr/bin/jq  sha256:${sha256}`)).toEqual([{ path: '/usr/bin/jq', sha256 }]);
  // What is no hash is no part of a path either: it has to be judged as the hash it was meant to be.
  expect(exec('/usr/bin/jq sha256:ABC')).toEqual([{ path: '/usr/bin/jq', sha256: 'ABC' }]);
  expect(exec('/usr/bin/jq')).toEqual(['/usr/bin/jq']);
});

describe('classes of questions', () => {
  const base: Manifest = { ...BASE, permissions: { require_approval: { classes: ['exec:new', 'read:secrets'] } } };
  test('are ticked and unticked', () => {
    expect(edited(base, { is: 'class', name: 'write:new', on: true }).permissions).toEqual({
      require_approval: { classes: ['read:secrets', 'write:new', 'exec:new'] },
    });
    expect(
      edited(base, { is: 'class', name: 'exec:new', on: false }, { is: 'class', name: 'read:secrets', on: false })
        .permissions,
    ).toEqual({});
  });

  test('that end as they began stand as they stood', () => {
    const back = edited(
      base,
      { is: 'class', name: 'exec:new', on: false },
      { is: 'class', name: 'exec:new', on: true },
    );
    expect(back).toEqual(base);
  });
});

describe('limits', () => {
  const base: Manifest = { ...BASE, limits: { processes: 5 } };
  const limited = (text: string, name: 'processes' | 'bytes_sent' = 'processes') =>
    edited(base, { is: 'limit', name, text }).limits;

  test('are set, changed and lifted', () => {
    expect(limited(' 40 ')).toEqual({ processes: 40 });
    expect(limited('1000000', 'bytes_sent')).toEqual({ processes: 5, bytes_sent: 1_000_000 });
    expect(limited('')).toBeUndefined();
    expect(edited(BASE, { is: 'limit', name: 'processes', text: '7' }).limits).toEqual({ processes: 7 });
  });

  test.each(['many', '4.5', '-1', '1e3', '99999999999999999999'])('%s is no limit: the old one stays', (text) => {
    expect(limited(text)).toEqual({ processes: 5 });
  });
});

test('broad grants are said to be meant, and no longer', () => {
  const meant = edited(BASE, { is: 'broad', on: true });
  expect(meant.permissions.broad).toBe(true);
  expect(edited(meant, { is: 'broad', on: false })).toEqual(BASE);
});

test('the text that is signed has neither hashes nor signature, and keeps what the form does not know', () => {
  const base = { ...BASE, own_field: [1], signature: { algorithm: 'Ed25519', value: '', signed_by: 'x' } } as Manifest;
  const sent = JSON.parse(draftText(base, draftOf(base)));
  expect(Object.keys(sent)).toEqual(['skill_id', 'version', 'on_violation', 'permissions', 'own_field']);
  expect(sent).toMatchObject({ on_violation: 'kill', own_field: [1] });
});
