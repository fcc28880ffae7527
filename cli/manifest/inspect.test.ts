import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerManifestCommands } from './commands.ts';

let root: string;
const at = (...parts: string[]) => join(root, ...parts);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-inspect-'));
});
afterEach(() => {
  process.exitCode = 0;
  rmSync(root, { recursive: true, force: true });
});

function run(...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const program = new Command().exitOverride();
  registerManifestCommands(program, {
    home: at('home'),
    trustedKeysDirectory: at('trusted'),
    trustedOwner: process.getuid?.() ?? 0,
    print: (line) => lines.push(line),
    complain: (line) => complaints.push(line),
  });
  program.parse(['manifest', ...words], { from: 'user' });
  const out = lines.join('\n');
  return { exit: process.exitCode, out, complaints: complaints.join('\n'), json: () => JSON.parse(out) };
}

function write(name: string, permissions: object, more: object = {}): string {
  const path = at(name);
  writeFileSync(path, JSON.stringify({ skill_id: 's', version: '1', permissions, hashes: {}, ...more }, null, 2));
  return path;
}

const reading = (...read: string[]) => ({ filesystem: { read } });

describe('manifest lint', () => {
  it('is silent and 0 where there is nothing to say', () => {
    const file = write('a.json', reading('~/notes/**'));
    expect(run('lint', file, '--no-files')).toMatchObject({
      exit: 0,
      out: `${file}: 0 errors, 0 warnings`,
      complaints: '',
    });
  });

  it('fails for errors, and for warnings only if that is asked for', () => {
    const broad = write('a.json', reading('/etc/**'));
    expect(run('lint', broad, '--no-files')).toMatchObject({
      exit: 0,
      complaints: expect.stringContaining(`warning: ${broad}:7:9: `),
    });
    expect(run('lint', broad, '--no-files', '--strict').exit).toBe(1);
    expect(run('lint', write('b.json', { exec: ['git'] }), '--no-files').exit).toBe(1);
    expect(run('lint', at('nowhere.json')).exit).toBe(2);
  });

  it('looks at the files of the folder', () => {
    const file = write('clawmanifest.json', {}, { hashes: { gone: `sha256:${'a'.repeat(64)}` } });
    expect(run('lint', root)).toMatchObject({ exit: 0, complaints: expect.stringContaining('[missing-file]') });
    expect(run('lint', file, '--no-files').complaints).toBe('');
  });

  it('prints JSON for programs', () => {
    const file = write('a.json', reading('/etc/**'));
    expect(run('lint', file, '--no-files', '--json').json()).toEqual({
      file,
      errors: 0,
      warnings: 1,
      findings: [
        {
          level: 'warning',
          code: 'broad-grant',
          message: '“/etc/**” lets it read the settings of the whole system',
          remedy: 'Name only what the skill needs.',
          pointer: 'permissions.filesystem.read[0]',
          line: 7,
          column: 9,
        },
      ],
    });
  });
});

describe('manifest diff', () => {
  it('is 1 exactly when the new one may do more', () => {
    const [one, two] = [write('a.json', reading('~/a')), write('b.json', reading('~/a', '~/b'))];
    expect(run('diff', one, two)).toMatchObject({
      exit: 1,
      out: 'It may do more:\n  may now also read ~/b  [permissions.filesystem.read[1]]',
    });
    expect(run('diff', two, one)).toMatchObject({
      exit: 0,
      out: 'It may do less:\n  may no longer read ~/b  [was permissions.filesystem.read[1]]',
    });
    expect(run('diff', one, one)).toMatchObject({ exit: 0, out: expect.stringContaining('No difference') });
  });

  it('shows nothing hidden that a field holds', () => {
    const [one, two] = [write('a.json', {}), write('b.json', {}, { note: 'a\u202eb' })];
    expect(run('diff', one, two).out).not.toContain('\u202e');
  });

  it('cannot compare what is no manifest', () => {
    writeFileSync(at('b.json'), '{');
    expect(run('diff', write('a.json', {}), at('b.json'))).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('b.json:1:2'),
    });
  });

  it('prints JSON for programs', () => {
    const [one, two] = [write('a.json', {}), write('b.json', reading('~/b'))];
    expect(run('diff', one, two, '--json').json()).toEqual({
      old: one,
      new: two,
      more: true,
      changes: [
        {
          kind: 'more',
          text: 'may now also read ~/b',
          pointer: 'permissions.filesystem.read[0]',
          side: 'new',
          example: '~/b',
        },
      ],
    });
  });
});

describe('manifest explain', () => {
  it('says each rule with its line, and what symbols stand for', () => {
    const { exit, out } = run('explain', write('a.json', reading('~/notes/**')), '--user', '/home/alice');
    expect(exit).toBe(0);
    expect(out).toContain('  ~ is /home/alice\n');
    expect(out).toContain('  read ~/notes/** (/home/alice/notes/**)  [line 7]\n');
    expect(out).toContain('/home/alice/.ssh');
  });

  it('says what host names open, deny and bring along', () => {
    const network = { egress: ['api.example.org', '*.example.net:80/tcp', '@npm'], deny: ['bad.example.net'] };
    const { out } = run('explain', write('n.json', { network }));
    expect(out).toContain('  connect to api.example.org at port 443  [');
    expect(out).toContain('  connect to every host below example.net at port 80 by tcp alone  [');
    expect(out).toContain('  connect to bad.example.net at any port  [');
    expect(out).toContain('  connect to 127.0.0.53 at port 53  [');
    expect(out).toContain('  connect to what @npm stands for when the agent starts  [');
    const proxied = run('explain', write('p.json', { network: { ...network, via: 'proxy' } }));
    expect(proxied.out).toContain('  reach api.example.org through the session’s proxy  [');
    expect(proxied.out).not.toContain('  connect to api.example.org at port 443');
  });

  it('has JSON, and refuses what cannot be read', () => {
    expect(run('explain', write('a.json', {}), '--json').json().sections.length).toBeGreaterThan(4);
    expect(run('explain', write('b.json', { exec: ['git'] })).exit).toBe(1);
    expect(run('explain', write('c.json', reading('/a[')))).toMatchObject({
      exit: 1,
      complaints: expect.stringContaining('c.json:7:9'),
    });
    expect(run('explain', write('d.json', {}), '--user', 'alice').exit).toBe(2);
  });
});

describe('manifest test', () => {
  const permissions = { ...reading('~/notes/**'), network: { egress: ['192.0.2.1:443'] } };

  it('says what is decided, by which rule and where it stands', () => {
    const file = write('a.json', permissions);
    const { exit, out } = run('test', file, '--event', 'read ~/notes/a', '--event', 'read ~/.ssh/id_rsa');
    expect(exit).toBe(0);
    expect(out).toContain(`allow: read ~/notes/a\n    by permissions.filesystem.read[0]: “~/notes/**” (${file}:7:9)`);
    expect(out).toContain('block: read ~/.ssh/id_rsa\n    ssh is a protected location');
  });

  it('is 1 when an expectation fails', () => {
    const file = write('a.json', permissions);
    expect(run('test', file, '--event', 'read ~/.ssh/id_rsa', '--expect', 'block').exit).toBe(0);
    expect(run('test', file, '--event', 'read ~/.ssh/id_rsa', '--expect', 'allow')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('FAILED block, expected allow: read ~/.ssh/id_rsa'),
    });
    const two = ['--event', 'connect 192.0.2.1:443', '--event', 'connect 192.0.2.1:80'];
    expect(run('test', file, ...two, '--expect', 'allow', '--expect', 'block').exit).toBe(0);
    expect(run('test', file, ...two, '--expect', 'allow').exit).toBe(1);
  });

  it('reads a file of events', () => {
    writeFileSync(
      at('events.jsonl'),
      '{"event": "read ~/notes/a", "expect": "allow"}\n{"event": "write ~/notes/a", "expect": "block"}\n',
    );
    expect(run('test', write('a.json', permissions), '--events', at('events.jsonl'))).toMatchObject({
      exit: 0,
      out: expect.stringContaining('2 as expected, 0 not'),
    });
  });

  it('is 2 when it cannot judge', () => {
    const file = write('a.json', permissions);
    expect(run('test', file).exit).toBe(2);
    expect(run('test', file, '--event', 'fly').exit).toBe(2);
    expect(run('test', file, '--event', 'read /a', '--expect', 'maybe').exit).toBe(2);
    expect(run('test', file, '--event', 'read /a', '--expect', 'allow', '--expect', 'block').exit).toBe(2);
    expect(run('test', file, '--events', at('nowhere')).exit).toBe(2);
  });

  it('prints JSON for programs', () => {
    const file = write('a.json', permissions);
    expect(run('test', file, '--event', 'read ~/notes/a', '--expect', 'block', '--json').json()).toEqual({
      file,
      failed: 1,
      events: [
        {
          event: 'read ~/notes/a',
          verdict: 'allow',
          reason: 'rule',
          location: null,
          rule: {
            source: 'manifest',
            pointer: 'permissions.filesystem.read[0]',
            text: '~/notes/**',
            line: 7,
            column: 9,
          },
          explanation: 'by permissions.filesystem.read[0]: “~/notes/**”',
          expected: 'block',
          ok: false,
        },
      ],
    });
  });
});

describe('manifest init of a hostile skill', () => {
  it('grants what scripts are run by, and no secret, and says each line', () => {
    mkdirSync(at('skill', 'scripts'), { recursive: true });
    writeFileSync(
      at('skill', 'SKILL.md'),
      '---\nname: mail\nmetadata: {openclaw: {requires: {bins: [sh, sudo], env: [TOKEN]}}}\n---\nReads ~/.ssh/id_rsa and ~/Maildir\n',
    );
    writeFileSync(at('skill', 'scripts', 'run.sh'), '#!/bin/sh\ncurl https://api.github.com/x # \u202e\n');
    chmodSync(at('skill', 'scripts', 'run.sh'), 0o755);
    const { exit, out, complaints } = run('init', at('skill'));
    expect(exit).toBe(0);
    const { permissions } = JSON.parse(readFileSync(at('skill', 'clawmanifest.json'), 'utf8'));
    expect(permissions.exec).toEqual([expect.stringMatching(/\/sh$/), '$SKILL/scripts/run.sh']);
    expect(permissions.network.egress).toEqual(['api.github.com:443']);
    expect(JSON.stringify(permissions)).not.toMatch(/ssh|sudo|TOKEN|Maildir/);
    expect(out).toMatch(/granted exec: \S+\/sh \(SKILL\.md asks for "sh"\)/);
    expect(complaints).toContain('where secrets are kept: nothing of it is granted or suggested');
    expect(complaints).toContain('# not granted, filesystem.read: ~/Maildir');
    expect(complaints).toContain('# not granted, env.pass: TOKEN');
    expect(run('lint', at('skill')).exit).toBe(0);
  });

  it('prints JSON for programs', () => {
    mkdirSync(at('skill'));
    writeFileSync(at('skill', 'a.txt'), 'x');
    expect(run('init', at('skill'), '--json').json()).toMatchObject({
      file: at('skill', 'clawmanifest.json'),
      granted: [{ list: 'filesystem.read', entry: '$SKILL/**' }],
      suggested: [],
      notes: [expect.stringContaining('There is no SKILL.md')],
    });
  });
});
