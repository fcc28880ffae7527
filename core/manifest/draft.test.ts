import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadLocations } from '../policy/locations.ts';
import { draftManifest } from './draft.ts';
import type { SkillText } from './draft-text.ts';
import { readFrontMatter } from './front-matter.ts';
import type { SkillEntry } from './hashes.ts';
import { lintManifest } from './lint.ts';
import { parseManifest } from './parse.ts';
import { formatManifest } from './sign.ts';

const entries: SkillEntry[] = [{ kind: 'file', path: 'SKILL.md', sha256: 'ab'.repeat(32), links: 1, bytes: 1 }];
const HERE = new Map(['curl', 'jq', 'python3', 'env', 'bash', 'ssh', 'sudo'].map((name) => [name, `/usr/bin/${name}`]));
const findProgram = (name: string) => HERE.get(name.slice(name.lastIndexOf('/') + 1)) ?? null;

const draft = (skillText: string | null, texts: readonly SkillText[] = []) =>
  draftManifest({ folderName: 'folder', skillText, entries, texts, findProgram });
const file = (path: string, text: string, executable = false): SkillText => ({ path, text, executable });
const head = (yaml: string) => `---\n${yaml}\n---\n`;

describe('draftManifest', () => {
  it('takes name, version and description from the front matter, and grants the own folder', () => {
    const text = '---\nname: mail\ndescription: >\n  Reads\n  mail.\nversion: 2.1\n---\n# Mail\n';
    expect(draft(text)).toEqual({
      manifest: {
        skill_id: 'mail',
        version: '2.1',
        description: 'Reads mail.',
        permissions: { filesystem: { read: ['$SKILL/**'], write: [] }, network: { egress: [] }, exec: [] },
        hashes: { 'SKILL.md': `sha256:${'ab'.repeat(32)}` },
      },
      granted: [{ list: 'filesystem.read', entry: '$SKILL/**', why: "the skill's own folder" }],
      suggested: [],
      notes: [],
    });
  });

  it('grants the programs that it asks for and that are here, and says why', () => {
    const { manifest, granted, suggested } = draft(
      head('name: m\nmetadata:\n  version: "3"\n  openclaw:\n    requires: {bins: [curl, nowhere], anyBins: [jq]}'),
    );
    expect(manifest.version).toBe('3');
    expect(manifest.permissions.exec).toEqual(['/usr/bin/curl', '/usr/bin/jq']);
    expect(granted[1]).toEqual({ list: 'exec', entry: '/usr/bin/curl', why: 'SKILL.md asks for "curl"' });
    expect(suggested).toEqual([
      { list: 'exec', entry: 'nowhere', why: 'SKILL.md asks for "nowhere"; there is no such program here' },
    ]);
  });

  it('grants what runs its scripts, and the scripts', () => {
    const texts = [
      file('scripts/a.py', '#!/usr/bin/env -S python3 -u\n', true),
      file('b.sh', '#! /bin/bash\n'),
      file('odd [name].sh', '#!/bin/bash\n', true),
    ];
    expect(draft(null, texts).manifest.permissions.exec).toEqual([
      '/usr/bin/env',
      '/usr/bin/python3',
      '/usr/bin/bash',
      '$SKILL/scripts/a.py',
      '$SKILL/odd \\[name\\].sh',
    ]);
  });

  it('never grants a program that hands out the rights of others, however it is asked for', () => {
    const bins = head(
      'metadata: {openclaw: {requires: {bins: [sudo, ssh, ../../bin/sh, /usr/bin/sudo, "/usr/bin/../bin/jq"]}}}',
    );
    const { manifest, suggested } = draft(bins, [file('x', '#!/usr/bin/sudo bash\n', true)]);
    expect(manifest.permissions.exec).toEqual(['$SKILL/x']);
    expect(suggested.map(({ entry }) => entry)).toEqual(expect.arrayContaining(['/usr/bin/sudo', '/usr/bin/ssh']));
  });

  it('lets scripts reach the hosts they name by https, and only suggests what texts name', () => {
    const script =
      'curl https://api.github.com/x\nfetch("https://api.site.org:443/")\nwget http://plain.org/a https://h.org:8443/ https://192.0.2.1/ https://u:p@evil.org/ https://example.com/ https://$HOST/';
    const { manifest, suggested } = draft(null, [
      file('a.sh', script),
      file('README.md', 'See https://docs.site.org/page.'),
    ]);
    expect(manifest.permissions.network?.egress).toEqual(['api.github.com:443', 'api.site.org:443']);
    expect(suggested.map(({ entry }) => entry)).toEqual([
      'plain.org:80',
      'h.org:8443',
      '192.0.2.1:443',
      'evil.org:443',
      'example.com:443',
      'docs.site.org:443',
    ]);
    expect(suggested[0]?.why).toBe('"a.sh" line 3 names "http://plain.org/a"');
  });

  it('suggests places in a home, and never one that holds secrets', () => {
    const text =
      'cat ~/Maildir/new $HOME/.ssh/id_rsa ~/.aws/credentials /home/bob/notes ~/project/.env /root/.netrc ~/.kube/config';
    const { manifest, suggested, notes } = draft(null, [file('a.sh', text)]);
    expect(manifest.permissions.filesystem?.read).toEqual(['$SKILL/**']);
    expect(suggested.map(({ entry }) => entry)).toEqual(['~/Maildir/new', '~/notes']);
    expect(notes.filter((note) => note.includes('where secrets are kept'))).toHaveLength(5);
  });

  it('suggests no protected location of the machine either', () => {
    const paths = loadLocations('/home/bob')
      .map(({ path }) => path)
      .filter((path) => path.startsWith('/home/bob/.ssh'));
    const { suggested } = draft(null, [file('a.sh', paths.map((path) => `${path}/x`).join('\n'))]);
    expect(suggested).toEqual([]);
  });

  it('suggests environment variables, and grants none', () => {
    const { manifest, suggested } = draft(
      head('metadata: {openclaw: {requires: {env: [API_KEY, "A B"], config: [x.y]}}}'),
    );
    expect(manifest.permissions.env).toBeUndefined();
    expect(suggested.map(({ list, entry }) => `${list} ${entry}`)).toEqual(['env.pass API_KEY']);
  });

  it('is accepted, and lints without an error, whatever the skill holds', () => {
    const word = fc.oneof(
      fc.constantFrom('~/.ssh/x', 'https://a.org/', '#!/bin/bash', '/root/.aws', '$HOME/x', '{', '*', '"'),
      fc.string(),
    );
    const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, fc.constantFrom('a.sh', 'b*.py', 'c{d.txt'), fc.boolean(), (content, path, executable) => {
        const { manifest } = draft(null, [file(path, content, executable)]);
        const bytes = new TextEncoder().encode(formatManifest(manifest));
        expect(parseManifest(bytes)).toMatchObject({ ok: true });
        expect(lintManifest({ bytes, entries: null, now: 0 }).filter(({ level }) => level === 'error')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('readFrontMatter', () => {
  it.each([
    [null, 'There is no SKILL.md'],
    ['# Mail', 'SKILL.md has no front matter'],
    ['---\nname: [\n---\n', 'no valid YAML'],
    [`---\na: &a [x,x,x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: *a`).join('\n')}\n---\n`, 'no valid YAML'],
    [`---\na: ${'['.repeat(5000)}\n---\n`, 'nested too deeply'],
    [`---\n${'- '.repeat(3000)}x\n---\n`, 'nested too deeply'],
    [`---\nname: ${'x'.repeat(20_000)}\n---\n`, 'no front matter'],
  ])('goes by the folder without a usable front matter: %.40j', (text, note) => {
    const started = performance.now();
    const { manifest, notes } = draft(text);
    expect(manifest.skill_id).toBe('folder');
    expect(notes[0]).toContain(note);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    '---\n- a\n---\n',
    '---\nname: 7\nversion: {}\nmetadata: x\n---\n',
    '---\n---\n',
    '---\nmetadata: {openclaw: {requires: {bins: {a: 1}, env: 7}, install: [1, null, {kind: []}]}}\n---\n',
    '---\n__proto__: {name: x}\nconstructor: y\n---\n',
  ])('survives %j', (text) => expect(draft(text).manifest.version).toBe('0.1.0'));

  it('takes no more words than anyone needs', () => {
    const bins = Array.from({ length: 500 }, (_, i) => `b${i}`).join();
    expect(readFrontMatter(head(`metadata: {openclaw: {requires: {bins: [${bins}]}}}`)).programs).toHaveLength(64);
  });
});
