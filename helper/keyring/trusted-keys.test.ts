import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatPublicKey, generateKey } from '../../core/manifest/index.ts';
import { readRevokedKeys } from './revoked-keys.ts';
import { readTrustedKeys } from './trusted-keys.ts';

const NOBODY = 65_534;
/** Only root can give files away. */
const ofAnotherUser: [string, (path: string) => void, RegExp][] =
  process.geteuid?.() === 0
    ? [['of another user', (path) => chownSync(path, NOBODY, NOBODY), /can be changed by others/]]
    : [];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyring-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const alice = generateKey('alice');
const at = (name: string) => join(folder, name);
const names = () => readTrustedKeys(folder).files.map(({ key }) => key.name);

describe('trusted keys', () => {
  it('are none where there is no directory', () => {
    expect(readTrustedKeys(at('none'))).toEqual({ files: [], complaints: [] });
  });

  it('are those of every sound file, by its path and text', () => {
    writeFileSync(at('a.pub'), formatPublicKey(alice), { mode: 0o644 });
    writeFileSync(at('notes.txt'), 'no key');
    expect(readTrustedKeys(folder)).toMatchObject({
      files: [{ key: { name: 'alice', keyId: alice.keyId, source: at('a.pub') }, text: formatPublicKey(alice) }],
      complaints: [],
    });
  });

  it('are not read from a directory that others can write', () => {
    writeFileSync(at('a.pub'), formatPublicKey(alice), { mode: 0o644 });
    expect(names()).toEqual(['alice']);
    chmodSync(folder, 0o777);
    expect(readTrustedKeys(folder)).toEqual({ files: [], complaints: [expect.stringContaining('can be changed')] });
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['that others can write', (path) => chmodSync(path, 0o666), /can be changed by others/],
    ...ofAnotherUser,
    [
      'that is a link',
      (path) => {
        writeFileSync(at('elsewhere'), formatPublicKey(alice));
        rmSync(path);
        symlinkSync(at('elsewhere'), path);
      },
      /cannot be opened/,
    ],
    ['that is a directory', (path) => [rmSync(path), mkdirSync(path)], /no regular file/],
    ['with too much in it', (path) => writeFileSync(path, 'x'.repeat(5000)), /more than 4096 bytes/],
    ['that is not UTF-8', (path) => writeFileSync(path, Buffer.from([0xff])), /UTF-8/],
    ['that holds no key', (path) => writeFileSync(path, 'hello\n'), /does not begin with/],
  ])('are not read from a file %s, and that is told with its path', (_what, spoil, why) => {
    writeFileSync(at('a.pub'), formatPublicKey(alice), { mode: 0o644 });
    writeFileSync(at('b.pub'), formatPublicKey(generateKey('bob')), { mode: 0o644 });
    spoil(at('a.pub'));
    expect(names()).toEqual(['bob']);
    const { complaints } = readTrustedKeys(folder);
    expect(complaints).toEqual([expect.stringMatching(why)]);
    expect(complaints[0]).toContain(at('a.pub'));
  });
});

describe('revoked keys', () => {
  const line = `${alice.keyId} 2026-05-01T00:00:00Z stolen\n`;

  it('are those of every list', () => {
    expect(readRevokedKeys(at('none'))).toEqual({ ok: true, value: [] });
    writeFileSync(at('a.revoked'), line, { mode: 0o644 });
    writeFileSync(at('b.revoked'), '# nothing yet\n', { mode: 0o644 });
    expect(readRevokedKeys(folder)).toMatchObject({ ok: true, value: [{ keyId: alice.keyId, reason: 'stolen' }] });
  });

  it.each<[string, () => void]>([
    ['one cannot be read', () => writeFileSync(at('b.revoked'), 'hello\n')],
    ['one is a link', () => symlinkSync(at('a.revoked'), at('b.revoked'))],
    ['others can write one', () => chmodSync(at('a.revoked'), 0o666)],
    ['others can write the directory', () => chmodSync(folder, 0o777)],
  ])('are not known at all when %s', (_what, spoil) => {
    writeFileSync(at('a.revoked'), line, { mode: 0o644 });
    spoil();
    expect(readRevokedKeys(folder)).toMatchObject({ ok: false, error: expect.stringContaining(folder) });
  });
});
