import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerManifestCommands } from './commands.ts';

let root: string;
let skill: string;
let manifest: string;
let now: number | undefined;
const at = (...parts: string[]) => join(root, ...parts);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringfence-manifest-'));
  now = undefined;
  skill = at('mail');
  manifest = join(skill, 'clawmanifest.json');
  mkdirSync(join(skill, 'scripts'), { recursive: true });
  mkdirSync(at('trusted'));
  writeFileSync(join(skill, 'SKILL.md'), '---\nname: mail-helper\ndescription: Reads mail.\n---\n');
  writeFileSync(join(skill, 'scripts', 'run.sh'), 'echo hi\n');
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
    ...(now === undefined ? {} : { now: () => now ?? 0 }),
    print: (line) => lines.push(line),
    complain: (line) => complaints.push(line),
  });
  program.parse(['manifest', ...words], { from: 'user' });
  return { exit: process.exitCode, out: lines.join('\n'), complaints: complaints.join('\n') };
}

function makeSignedSkill() {
  run('init', skill);
  run('keygen', '--name', 'alice');
  return run('sign', manifest);
}

const secretKey = () => at('home', '.config', 'ringfence', 'publisher.key');
const publicKey = () => at('home', '.config', 'ringfence', 'publisher.pub');
const read = () => JSON.parse(readFileSync(manifest, 'utf8'));
const codes = () =>
  JSON.parse(run('verify', manifest, '--json').out).refusals.map(({ code }: { code: string }) => code);

describe('manifest init', () => {
  it('writes a draft that reads its own folder alone and lists every file', () => {
    const { exit, out } = run('init', skill);
    expect(exit).toBe(0);
    expect(out).toContain('mail-helper 0.1.0, 2 files\n  granted filesystem.read: $SKILL/**');
    expect(read()).toMatchObject({
      skill_id: 'mail-helper',
      permissions: { filesystem: { read: ['$SKILL/**'], write: [] }, network: { egress: [] }, exec: [] },
    });
    expect(Object.keys(read().hashes)).toEqual(['SKILL.md', 'scripts/run.sh']);
  });

  it('never replaces a manifest', () => {
    writeFileSync(manifest, 'mine');
    expect(run('init', skill)).toMatchObject({ exit: 2, complaints: expect.stringContaining('exists already') });
    expect(readFileSync(manifest, 'utf8')).toBe('mine');
  });

  it('refuses a folder that could not be signed, and one that is none', () => {
    symlinkSync('SKILL.md', join(skill, 'link'));
    expect(run('init', skill)).toMatchObject({
      exit: 1,
      complaints: expect.stringContaining('no symbolic links: "link"'),
    });
    expect(readdirSync(skill)).not.toContain('clawmanifest.json');
    expect(run('init', at('nowhere')).exit).toBe(2);
  });
});

describe('manifest keygen', () => {
  it('keeps the secret key to its owner', () => {
    expect(run('keygen', '--name', 'alice').exit).toBe(0);
    expect(statSync(secretKey()).mode & 0o777).toBe(0o600);
    expect(statSync(at('home', '.config', 'ringfence')).mode & 0o777).toBe(0o700);
    expect(readFileSync(secretKey(), 'utf8')).toMatch(/^ringfence-ed25519-secret [A-Za-z0-9+/]{43}= alice\n$/);
    expect(readFileSync(publicKey(), 'utf8')).toMatch(/^ringfence-ed25519 [A-Za-z0-9+/]{43}= alice\n$/);
  });

  it('tightens a directory that was open', () => {
    mkdirSync(at('home', '.config', 'ringfence'), { recursive: true, mode: 0o755 });
    run('keygen');
    expect(statSync(at('home', '.config', 'ringfence')).mode & 0o777).toBe(0o700);
  });

  it('never replaces a key, neither half', () => {
    run('keygen');
    const before = readFileSync(secretKey(), 'utf8');
    expect(run('keygen')).toMatchObject({ exit: 2, complaints: expect.stringContaining('exists already') });
    rmSync(secretKey());
    expect(run('keygen').exit).toBe(2);
    writeFileSync(secretKey(), before);
    expect(readFileSync(secretKey(), 'utf8')).toBe(before);
  });

  it('writes elsewhere, and refuses names that hide something', () => {
    expect(run('keygen', '--out', at('release.key')).exit).toBe(0);
    expect(statSync(at('release.pub')).isFile()).toBe(true);
    expect(run('keygen', '--out', at('no', 'such', 'dir'))).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('it does not exist'),
    });
    expect(run('keygen', '--out', at('b'), '--name', 'a\u202eb').exit).toBe(2);
  });
});

describe('manifest sign', () => {
  it('signs what verify then accepts, hashes included', () => {
    expect(makeSignedSkill()).toMatchObject({ exit: 0, out: expect.stringContaining('as alice with the key sha256:') });
    writeFileSync(join(skill, 'new.txt'), 'new');
    expect(run('verify', manifest).exit).toBe(1);
    expect(run('sign', skill).out).toContain('3 hashed (1 added, 0 changed, 0 removed)');
    expect(run('verify', manifest)).toMatchObject({ exit: 0, out: expect.stringContaining('files      3') });
  });

  it('keeps order, other fields and mode of the file, and leaves nothing beside it', () => {
    const text = { hashes: {}, version: '2', x_note: [1], permissions: { exec: ['/usr/bin/git'] }, skill_id: 's' };
    writeFileSync(manifest, JSON.stringify(text));
    chmodSync(manifest, 0o640);
    run('keygen');
    expect(run('sign', manifest).complaints).toContain('warning');
    expect(Object.keys(read())).toEqual([
      'hashes',
      'version',
      'x_note',
      'permissions',
      'skill_id',
      'created',
      'signature',
    ]);
    expect(readFileSync(manifest, 'utf8')).toMatch(/^\{\n {2}"hashes": \{\n/);
    expect(statSync(manifest).mode & 0o777).toBe(0o640);
    expect(readdirSync(skill).sort()).toEqual(['SKILL.md', 'clawmanifest.json', 'scripts']);
  });

  it('signs with another key and name', () => {
    run('init', skill);
    run('keygen', '--out', at('release.key'), '--name', 'release');
    run('sign', manifest, '--key', at('release.key'), '--name', 'Release of Example');
    expect(read().signature.signed_by).toBe('Release of Example');
    expect(run('verify', manifest, '--key', at('release.pub'))).toMatchObject({
      exit: 0,
      out: expect.stringContaining('signed by  release (key sha256:'),
      complaints: expect.stringContaining('the key is known here as "release"'),
    });
  });

  it('leaves the file alone when anything is wrong', () => {
    makeSignedSkill();
    const before = readFileSync(manifest, 'utf8');
    linkSync(join(skill, 'SKILL.md'), at('second-name'));
    expect(run('sign', manifest)).toMatchObject({ exit: 1, complaints: expect.stringContaining('hard link') });
    rmSync(at('second-name'));
    writeFileSync(join(skill, 'a\u202eb'), '');
    expect(run('sign', manifest)).toMatchObject({ exit: 1, complaints: expect.stringContaining('U+202E') });
    expect(readFileSync(manifest, 'utf8')).toBe(before);
  });

  it('says what is missing: key, file, permission of the key', () => {
    run('init', skill);
    expect(run('sign', manifest)).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('ringfence manifest keygen'),
    });
    run('keygen');
    expect(run('sign', at('nowhere.json')).exit).toBe(2);
    chmodSync(secretKey(), 0o640);
    expect(run('sign', manifest)).toMatchObject({ exit: 2, complaints: expect.stringContaining('chmod 600') });
    expect(run('sign', manifest, '--key', publicKey())).toMatchObject({ exit: 2 });
  });
});

const makeKey = (name: string) => run('keygen', '--out', at(`${name}.key`), '--name', name);
const trustKey = (name: string) =>
  writeFileSync(at('trusted', `${name}.pub`), readFileSync(at(`${name}.pub`)), { mode: 0o644 });
const verdict = () => JSON.parse(run('verify', manifest, '--json').out);

describe('manifest sign, beside the manifest or with others', () => {
  beforeEach(() => {
    run('init', skill);
    for (const name of ['alice', 'bob']) {
      makeKey(name);
      trustKey(name);
    }
  });

  it('writes a detached signature, and renews it', () => {
    for (const version of ['1.0.0', '1.0.1']) {
      writeFileSync(manifest, JSON.stringify({ ...read(), version }));
      expect(run('sign', skill, '--key', at('alice.key'), '--detached').exit).toBe(0);
      expect(read()).not.toHaveProperty('signature');
      expect(JSON.parse(readFileSync(join(skill, 'clawmanifest.sig'), 'utf8'))).toHaveProperty('signature.value');
      expect(verdict()).toMatchObject({ valid: true, version, signer: { keyName: 'alice' } });
    }
    expect(run('sign', skill, '--key', at('alice.key'))).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('clawmanifest.sig lies beside'),
    });
  });

  it('takes an inline signature out when it writes a detached one', () => {
    run('sign', skill, '--key', at('alice.key'));
    run('sign', skill, '--key', at('alice.key'), '--detached');
    expect(verdict()).toMatchObject({ valid: true });
    writeFileSync(join(skill, 'clawmanifest.sig'), 'hello');
    expect(verdict()).toMatchObject({ valid: false, refusals: [{ code: 'malformed-signature', part: 'signature' }] });
    rmSync(join(skill, 'clawmanifest.sig'));
    expect(verdict()).toMatchObject({ valid: false, refusals: [{ code: 'unsigned', part: 'signature' }] });
  });

  it.each([[], ['--detached']])('co-signs what is signed, which stays as it was: %j', (...how) => {
    expect(run('sign', skill, '--key', at('alice.key'), ...how).exit).toBe(0);
    const coSigned = run('sign', skill, '--co-sign', '--key', at('bob.key'));
    expect(coSigned).toMatchObject({ exit: 0, out: expect.stringContaining('the signature of alice stays') });
    expect(verdict()).toMatchObject({
      valid: true,
      signer: { keyName: 'alice' },
      coSigners: [{ state: 'valid', keyName: 'bob' }],
    });
    expect(run('verify', manifest).out).toMatch(/co-signed {2}by bob/);
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key')).exit).toBe(2);
    rmSync(at('trusted/bob.pub'));
    expect(verdict()).toMatchObject({ valid: true, coSigners: [{ state: 'unknown-key', signedBy: 'bob' }] });
  });

  it('co-signs nothing that is changed, unsigned or by someone unknown', () => {
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key')).exit).toBe(1);
    run('sign', skill, '--key', at('alice.key'));
    writeFileSync(join(skill, 'SKILL.md'), 'other');
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key'))).toMatchObject({ exit: 1 });
    run('sign', skill, '--key', at('alice.key'));
    rmSync(at('trusted/alice.pub'));
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key'))).toMatchObject({
      exit: 1,
      complaints: expect.stringContaining('the one key trusted here is another'),
    });
    run('sign', skill, '--key', at('alice.key'), '--publish-key');
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key'))).toMatchObject({
      exit: 0,
      complaints: expect.stringContaining('taken from the manifest itself'),
    });
  });

  it('voids the manifest without a co-signature that its signer wants', () => {
    run('sign', skill, '--key', at('alice.key'), '--co-signer', at('bob.pub'));
    expect(verdict()).toMatchObject({ valid: false, refusals: [{ code: 'missing-co-signature' }] });
    expect(run('sign', skill, '--co-sign', '--key', at('bob.key')).exit).toBe(0);
    expect(verdict()).toMatchObject({ valid: true });
    const { signatures: _, ...stripped } = read();
    writeFileSync(manifest, `${JSON.stringify(stripped, null, 2)}\n`);
    expect(codes()).toEqual(['missing-co-signature']);
  });

  it('publishes the key once', () => {
    for (let times = 0; times < 2; times += 1) run('sign', skill, '--key', at('alice.key'), '--publish-key');
    expect(read().publisher.keys).toEqual([readFileSync(at('alice.pub'), 'utf8').trimEnd()]);
  });

  it('says when it was signed, later each time', async () => {
    run('sign', skill, '--key', at('alice.key'));
    const first = read().created;
    await new Promise((resolve) => setTimeout(resolve, 5));
    run('sign', skill, '--key', at('alice.key'));
    expect(Date.parse(read().created)).toBeGreaterThan(Date.parse(first));
  });

  it('is refused once it has expired, before it was made, and when its key is revoked', () => {
    writeFileSync(manifest, JSON.stringify({ ...read(), expires: '2999-01-01T00:00:00Z' }));
    run('sign', skill, '--key', at('alice.key'));
    expect(verdict()).toMatchObject({ valid: true, expires: '2999-01-01T00:00:00Z' });
    now = Date.parse('2999-01-01T00:00:00Z');
    expect(verdict()).toMatchObject({ refusals: [{ code: 'expired', part: 'manifest' }] });
    now = Date.parse('2001-01-01T00:00:00Z');
    expect(verdict()).toMatchObject({ refusals: [{ code: 'not-yet-valid' }] });
    now = undefined;
    mkdirSync(at('revoked-keys.d'));
    const list = at('revoked-keys.d/a.revoked');
    writeFileSync(list, `${read().signature.key_id} 2026-05-01T00:00:00Z stolen\n`, { mode: 0o644 });
    expect(verdict()).toMatchObject({ refusals: [{ code: 'revoked-key', part: 'key' }] });
    writeFileSync(list, 'hello\n');
    expect(run('verify', manifest)).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('a.revoked: line 1'),
    });
  });

  it('names the part that is to blame', () => {
    run('sign', skill, '--key', at('alice.key'));
    writeFileSync(join(skill, 'SKILL.md'), 'other');
    expect(verdict()).toMatchObject({ refusals: [{ code: 'changed-file', part: 'file' }] });
    rmSync(at('trusted/alice.pub'));
    expect(verdict()).toMatchObject({ refusals: [{ code: 'unknown-key', part: 'key' }, { part: 'file' }] });
  });
});

describe('manifest verify', () => {
  it('says which key signed and where its trust comes from', () => {
    makeSignedSkill();
    const own = run('verify', manifest);
    expect(own).toMatchObject({ exit: 0, complaints: expect.stringContaining('your own publisher key') });
    writeFileSync(at('trusted', 'alice.pub'), readFileSync(publicKey()), { mode: 0o644 });
    const trusted = run('verify', manifest);
    expect(trusted).toMatchObject({ exit: 0, complaints: '' });
    expect(trusted.out).toMatch(/signed by {2}alice \(key sha256:[0-9a-f]{64}, from .*trusted\/alice\.pub\)/);
  });

  it('passes over key files that others could write, and says so', () => {
    makeSignedSkill();
    writeFileSync(at('trusted', 'alice.pub'), readFileSync(publicKey()));
    chmodSync(at('trusted', 'alice.pub'), 0o666);
    rmSync(publicKey());
    const { exit, complaints } = run('verify', manifest);
    expect(exit).toBe(1);
    expect(complaints).toContain('no key is trusted here');
    expect(complaints).toContain('others than root can write it');
  });

  it.each<[string, (file: string) => void, string[]]>([
    ['changed file', (dir) => writeFileSync(join(dir, 'SKILL.md'), 'x'), ['changed-file']],
    ['added file', (dir) => writeFileSync(join(dir, '.hidden'), 'x'), ['unlisted-file']],
    ['removed file', (dir) => rmSync(join(dir, 'scripts'), { recursive: true }), ['missing-file']],
    ['symbolic link', (dir) => symlinkSync('/etc', join(dir, 'etc')), ['symbolic-link']],
    ['hard link', (dir) => linkSync(join(dir, 'SKILL.md'), join(dir, 'again')), ['hard-link', 'unlisted-file']],
    [
      'huge file',
      (dir) => [writeFileSync(join(dir, 'z'), ''), truncateSync(join(dir, 'z'), 2 ** 40)],
      ['too-many-files', 'unlisted-file'],
    ],
  ])('%s', (_name, change, expected) => {
    makeSignedSkill();
    change(skill);
    expect(codes()).toEqual(expected);
    expect(process.exitCode).toBe(1);
  });

  it('shows no name as what would move the cursor or add a line', () => {
    const { exit, complaints } = run('verify', at('mail\u001b[2J\nringfence: all is well'));
    expect(exit).toBe(2);
    expect(complaints).toContain('mail\\u{1b}[2J\\nringfence');
  });

  it('names a file whose name is no UTF-8', () => {
    makeSignedSkill();
    writeFileSync(Buffer.concat([Buffer.from(`${skill}/a`), Buffer.from([0xff])]), '');
    expect(codes()).toEqual(['unreadable-file']);
  });

  it('gives line, column and remedy for a text that cannot be read', () => {
    writeFileSync(manifest, '{\n  "skill_id": "a",\n}\n');
    expect(run('verify', manifest)).toEqual({
      exit: 1,
      out: `${manifest}: refused for 1 reason`,
      complaints: `${manifest}:2:18: a comma stands before the closing }\n    Remove the comma: JSON allows none after the last one.`,
    });
  });

  it('does not follow a manifest that is a symbolic link', () => {
    makeSignedSkill();
    symlinkSync(manifest, at('link.json'));
    expect(run('verify', at('link.json'))).toMatchObject({
      exit: 2,
      complaints: expect.stringContaining('symbolic link'),
    });
  });

  it('prints JSON for programs', () => {
    makeSignedSkill();
    expect(JSON.parse(run('verify', skill, '--key', publicKey(), '--json').out)).toEqual({
      file: manifest,
      valid: true,
      skill_id: 'mail-helper',
      version: '0.1.0',
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      expires: null,
      coSigners: [],
      signer: { keyId: expect.stringMatching(/^sha256:/), keyName: 'alice', keySource: publicKey() },
      refusals: [],
      warnings: [],
    });
  });
});
