import { describe, expect, it } from 'vitest';
import type { SkillEntry } from '../../core/manifest/index.ts';
import { vouchFor } from './vouch.ts';

const SHA = 'ab'.repeat(32);
const ENTRIES: SkillEntry[] = [
  { kind: 'file', path: 'SKILL.md', sha256: SHA, links: 1, bytes: 1 },
  { kind: 'file', path: 'clawmanifest.json', sha256: SHA, links: 1, bytes: 1 },
];
const MANIFEST = {
  version: '1',
  skill_id: 'mail',
  permissions: { exec: ['/usr/bin/jq'] },
  hashes: { 'SKILL.md': `sha256:${SHA}` },
};
const vouch = (text: string, entries = ENTRIES) => vouchFor(text, entries, 'clawmanifest.json');

describe('root vouches for', () => {
  it('a manifest in its one form, with the hashes it has seen itself', () => {
    expect(vouch(JSON.stringify(MANIFEST))).toEqual({ ok: true, value: MANIFEST });
  });

  it.each([
    ['another spelling', JSON.stringify(MANIFEST, null, 2), 'one form'],
    ['an escape that is not needed', JSON.stringify(MANIFEST).replace('mail', '\\u006dail'), 'one form'],
    ['a member twice', JSON.stringify(MANIFEST).replace('{"version":"1"', '{"version":"2","version":"1"'), 'twice'],
    [
      'a signature',
      JSON.stringify({ ...MANIFEST, signature: { algorithm: 'x', value: '', signed_by: 'y' } }),
      'signature',
    ],
    [
      'a hash of its own',
      JSON.stringify({ ...MANIFEST, hashes: { 'SKILL.md': `sha256:${'0'.repeat(64)}` } }),
      'changed',
    ],
    [
      'a file that is not there',
      JSON.stringify({ ...MANIFEST, hashes: { ...MANIFEST.hashes, b: `sha256:${SHA}` } }),
      'not in',
    ],
    ['a file left out', JSON.stringify({ ...MANIFEST, hashes: {} }), 'not listed'],
    ['a permission that does not exist', JSON.stringify({ ...MANIFEST, permissions: { sudo: [] } }), 'sudo'],
    ['too much', JSON.stringify({ ...MANIFEST, description: 'x'.repeat(300_000) }), 'too large'],
    ['nothing', '', 'empty'],
  ])('no manifest with %s', (_what, text, why) => {
    expect(vouch(text)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
  });

  it('no folder that no skill may have', () => {
    const entries: SkillEntry[] = [...ENTRIES, { kind: 'symbolic-link', path: 'link' }];
    expect(vouch(JSON.stringify(MANIFEST), entries)).toMatchObject({ ok: false });
  });
});
