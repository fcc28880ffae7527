import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateKey, type Manifest, parsePublicKey, verifyManifest } from '../../core/manifest/index.ts';
import { MachineKey } from './machine-key.ts';

const MANIFEST: Manifest = { skill_id: 'mail', version: '1', permissions: {}, hashes: {} };

let folder: string;
let keys: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'machine-key-'));
  keys = join(folder, 'keys');
});

afterEach(() => rmSync(folder, { recursive: true }));

function verified(text: string, key: MachineKey) {
  return verifyManifest({ bytes: new TextEncoder().encode(text), keys: key.trusted(), entries: [] });
}

function signed(key: MachineKey): string {
  const text = key.sign(MANIFEST);
  if (!text.ok) throw new Error(text.error);
  return text.value;
}

test('nothing is trusted before the first signature, and that one afterwards, also by the next helper', () => {
  const key = new MachineKey(keys);
  expect(key.trusted()).toEqual([]);
  const text = signed(key);
  expect(verified(text, key)).toMatchObject({ ok: true, signer: { keyName: 'this-machine' } });
  expect(verified(text, new MachineKey(keys))).toMatchObject({ ok: true });
  expect(JSON.parse(text).signature).toMatchObject({ signed_by: 'this-machine', algorithm: 'Ed25519' });
});

test('the secret half is closed to all but its owner, in a directory that is', () => {
  const key = new MachineKey(keys);
  signed(key);
  expect(statSync(keys).mode & 0o777).toBe(0o700);
  expect(statSync(join(keys, 'manifest.key')).mode & 0o777).toBe(0o600);
  expect(parsePublicKey(readFileSync(join(keys, 'manifest.pub'), 'utf8'))).toMatchObject({
    value: { keyId: key.trusted()[0]?.keyId },
  });
});

test('it is made once', () => {
  const key = new MachineKey(keys);
  signed(key);
  const first = readFileSync(join(keys, 'manifest.key'), 'utf8');
  signed(new MachineKey(keys));
  expect(readFileSync(join(keys, 'manifest.key'), 'utf8')).toBe(first);
});

test('once root has removed it, what it signed counts no more', () => {
  const key = new MachineKey(keys);
  const text = signed(key);
  rmSync(join(keys, 'manifest.key'));
  expect(verified(text, key)).toMatchObject({ ok: false, refusals: [{ code: 'unknown-key' }] });
});

test.each<[string, (path: string) => void]>([
  ['others can read it', (path) => chmodSync(path, 0o640)],
  ['it is garbled', (path) => writeFileSync(path, 'ringfence-ed25519-secret AAAA this-machine\n')],
  ['it is empty', (path) => writeFileSync(path, '')],
  [
    'it is a link',
    (path) => {
      writeFileSync(join(folder, 'other'), readFileSync(path), { mode: 0o600 });
      rmSync(path);
      symlinkSync(join(folder, 'other'), path);
    },
  ],
  [
    'it is a directory',
    (path) => {
      rmSync(path);
      mkdirSync(path, { mode: 0o700 });
    },
  ],
])('it neither signs nor is trusted when %s, and is not replaced', (_what, spoil) => {
  const key = new MachineKey(keys);
  signed(key);
  const path = join(keys, 'manifest.key');
  spoil(path);
  const before = statSync(path).ino;
  expect(key.sign(MANIFEST)).toMatchObject({ ok: false, error: expect.stringContaining(path) });
  expect(key.trusted()).toEqual([]);
  expect(statSync(path).ino).toBe(before);
});

test('what no one would accept is not signed', () => {
  const key = new MachineKey(keys);
  expect(() => key.sign({ ...MANIFEST, skill_id: '' })).toThrow('refusing to sign');
  expect(generateKey('x').keyId).not.toBe(key.trusted()[0]?.keyId);
});
