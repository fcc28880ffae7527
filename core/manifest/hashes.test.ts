import { describe, expect, it } from 'vitest';
import { checkHashes, hashesOf, type SkillEntry } from './hashes.ts';
import type { Manifest } from './schema.ts';
import vectors from './vectors/hashes.json' with { type: 'json' };

type Case = {
  name: string;
  hashes: Record<string, string>;
  entries: SkillEntry[];
  codes: string[];
  manifestName?: string;
};

const manifestWith = (hashes: Record<string, string>): Manifest => ({
  skill_id: 's',
  version: '1',
  permissions: {},
  hashes,
});
const file = (path: string): SkillEntry => ({ kind: 'file', path, sha256: 'ab'.repeat(32), links: 1, bytes: 1 });

describe('checkHashes', () => {
  it.each(vectors.cases as unknown as Case[])('$name', ({ hashes, entries, codes, manifestName }) => {
    const checked = checkHashes(manifestWith(hashes), entries, manifestName === undefined ? {} : { manifestName });
    expect(checked.ok ? [] : checked.error.map(({ code }) => code)).toEqual(codes);
  });

  it('names the first files and counts the rest', () => {
    const checked = checkHashes(
      manifestWith({}),
      Array.from({ length: 8 }, (_, index) => file(`f${index}`)),
    );
    expect(checked.ok ? [] : checked.error).toMatchObject([
      {
        message:
          'a file in the skill\'s folder is not listed in hashes (8 files): "f0", "f1", "f2", "f3", "f4" and 3 more',
        paths: ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'],
      },
    ]);
  });

  it('refuses more files than a skill may have', () => {
    const entries = Array.from({ length: 1025 }, (_, index) => file(`f${index}`));
    const most = entries.slice(1);
    expect(checkHashes(manifestWith(hashesOf(most)), most).ok).toBe(true);
    expect(checkHashes(manifestWith(hashesOf(entries)), entries)).toMatchObject({
      error: [{ code: 'too-many-files' }],
    });
  });

  it('accepts what hashesOf writes', () => {
    const entries = [file('b'), file('a/c'), file('__proto'), file('clawmanifest.json')];
    expect(checkHashes(manifestWith(hashesOf(entries)), entries)).toEqual({ ok: true, value: undefined });
    expect(Object.keys(hashesOf(entries))).toEqual(['__proto', 'a/c', 'b']);
  });
});
