import { describe, expect, it } from 'vitest';
import { draftManifest } from './draft.ts';
import type { SkillEntry } from './hashes.ts';

const entries: SkillEntry[] = [{ kind: 'file', path: 'SKILL.md', sha256: 'ab'.repeat(32), links: 1, bytes: 1 }];
const draft = (skillText: string | null) => draftManifest({ folderName: 'folder', skillText, entries });

describe('draftManifest', () => {
  it('takes name, version and description from the front matter, and grants nothing', () => {
    const text = '---\nname: mail\ndescription: >\n  Reads\n  mail.\nversion: 2.1\n---\n# Mail\n';
    expect(draft(text)).toEqual({
      manifest: {
        skill_id: 'mail',
        version: '2.1',
        description: 'Reads mail.',
        permissions: { filesystem: { read: [], write: [] }, network: { egress: [] }, exec: [] },
        hashes: { 'SKILL.md': `sha256:${'ab'.repeat(32)}` },
      },
      notes: [],
    });
  });

  it('tells which programs the skill asks for instead of granting them', () => {
    const { manifest, notes } = draft(
      '---\nname: m\nmetadata:\n  version: "3"\n  openclaw:\n    requires: {bins: [curl], anyBins: [jq]}\n---\n',
    );
    expect(manifest.version).toBe('3');
    expect(manifest.permissions.exec).toEqual([]);
    expect(notes).toEqual([
      'SKILL.md asks for curl, jq: nothing is granted; add the full paths you accept to permissions.exec.',
    ]);
  });

  it.each([
    [null, 'There is no SKILL.md'],
    ['# Mail', 'SKILL.md has no front matter'],
    ['---\nname: [\n---\n', 'no valid YAML'],
    [`---\na: &a [x,x,x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: *a`).join('\n')}\n---\n`, 'no valid YAML'],
  ])('goes by the folder without a usable front matter: %j', (text, note) => {
    const { manifest, notes } = draft(text);
    expect(manifest.skill_id).toBe('folder');
    expect(notes[0]).toContain(note);
  });

  it.each(['---\n- a\n---\n', '---\nname: 7\nversion: {}\nmetadata: x\n---\n', '---\n---\n'])('survives %j', (text) => {
    expect(draft(text).manifest.version).toBe('0.1.0');
  });
});
