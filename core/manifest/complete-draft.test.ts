import { describe, expect, it } from 'vitest';
import { completeDraft } from './complete-draft.ts';
import type { SkillEntry } from './hashes.ts';
import { generateKey } from './key.ts';
import { MAX_MANIFEST_BYTES } from './limits.ts';
import { signManifest } from './sign.ts';
import { verifyManifest } from './verify.ts';

const SHA = 'ab'.repeat(32);
const file = (path: string, more: object = {}): SkillEntry => ({
  ...{ kind: 'file', path, sha256: SHA, links: 1, bytes: 1 },
  ...more,
});
const ENTRIES = [file('SKILL.md'), file('clawmanifest.json')];

const complete = (draft: string | object, entries: readonly SkillEntry[] = ENTRIES) =>
  completeDraft({
    draft: new TextEncoder().encode(typeof draft === 'string' ? draft : JSON.stringify(draft)),
    entries,
    manifestName: 'clawmanifest.json',
    signedBy: 'this-machine',
  });
const codes = (completed: ReturnType<typeof complete>) =>
  completed.ok ? [] : completed.refusals.map(({ code, pointer }) => `${code} ${pointer ?? ''}`);

describe('completeDraft', () => {
  it('makes what is accepted once it is signed', () => {
    const completed = complete({ version: '1', skill_id: 'mail', permissions: {}, own_field: [1] });
    if (!completed.ok) throw new Error('refused');
    expect(completed.manifest.hashes).toEqual({ 'SKILL.md': `sha256:${SHA}` });
    expect(Object.keys(completed.manifest)).toEqual(['version', 'skill_id', 'permissions', 'own_field', 'hashes']);
    expect(completed.warnings).toMatchObject([{ code: 'unknown-field' }]);
    const key = generateKey('this-machine');
    const bytes = new TextEncoder().encode(signManifest(completed.manifest, key.secretKey, 'this-machine'));
    expect(verifyManifest({ bytes, keys: [key], entries: ENTRIES })).toMatchObject({ ok: true });
  });

  it('replaces hashes and signature, whatever they are', () => {
    const completed = complete({ skill_id: 'a', version: '1', permissions: {}, hashes: 'none', signature: 7 });
    expect(completed).toMatchObject({ ok: true, manifest: { hashes: { 'SKILL.md': `sha256:${SHA}` } } });
    expect(completed.ok && 'signature' in completed.manifest).toBe(false);
  });

  it.each([
    ['{"skill_id":', ['syntax skill_id']],
    ['[]', ['wrong-type ']],
    [{ version: '1', permissions: {} }, ['missing-field ']],
    [
      { skill_id: 'a', version: '1', permissions: { filesystem: { read: ['notes'] }, sudo: true } },
      ['unknown-permission permissions.sudo', 'bad-path permissions.filesystem.read[0]'],
    ],
  ])('names every place that is wrong in %j', (draft, expected) => {
    expect(codes(complete(draft)).sort()).toEqual([...expected].sort());
  });

  it('tells line and column in the text as it was sent', () => {
    const completed = complete('{\n  "skill_id": "a", "version": "1",\n  "permissions": {"exec": ["git"]}}');
    expect(completed).toMatchObject({ ok: false, refusals: [{ code: 'bad-path', line: 3, column: 28 }] });
  });

  it('refuses files that no skill may hold, and names that no manifest may list', () => {
    const good = { skill_id: 'a', version: '1', permissions: {} };
    const entries: SkillEntry[] = [file('a', { links: 2 }), file('b\n'), { kind: 'symbolic-link', path: 'c' }];
    expect(codes(complete(good, entries))).toEqual([
      'symbolic-link hashes.c',
      'hard-link hashes.a',
      'unsafe-path hashes["b\\n"]',
    ]);
  });

  it('refuses what would be too large with its hashes and signature', () => {
    const description = 'x'.repeat(4096);
    const names = Array.from({ length: 1024 }, (_, at) => file(`${'d'.repeat(200)}${at}`));
    const completed = complete({ skill_id: 'a', version: '1', description, permissions: {} }, names);
    expect(codes(completed)).toEqual(['too-large ']);
    expect(names.length * 290).toBeGreaterThan(MAX_MANIFEST_BYTES);
  });
});
