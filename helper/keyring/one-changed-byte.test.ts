/** A whole signed skill as the helper binds it, with every byte of it changed in turn: each is refused, and the refusal says what it was. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signEd25519 } from '../../core/manifest/ed25519.ts';
import {
  canonicalBytes,
  formatPublicKey,
  layOut,
  type Manifest,
  makeCoSignature,
  type Part,
  parseManifest,
  partOf,
  type SecretKey,
  type SkillEntry,
  secretKeyFrom,
  signDetached,
  signingBytes,
  signManifest,
} from '../../core/manifest/index.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import { judgeManifest } from '../worker/judge-manifest.ts';
import { sampleRequest } from '../worker/testing/sample-request.ts';
import { issueOf } from './issue.ts';
import { withKeyComplaints } from './key-complaints.ts';
import { Trust } from './trust.ts';

const OWNER = 1000;
const alice = fixedKey(1, 'alice of example');
const bob = fixedKey(2, 'bob');
const WHITE = [0x09, 0x0a, 0x0d, 0x20];

/** A skill as bytes: what lies in its folder, and the files of the keys that are trusted. */
interface Skill {
  readonly manifest: Uint8Array;
  readonly detached: Uint8Array | null;
  readonly files: { readonly [path: string]: Uint8Array };
  readonly keys: { readonly [name: string]: Uint8Array };
}

let folder: string;
let trust: Trust;
/** As it was last written, so that only what differs is written again. */
let onDisk: Map<string, Uint8Array>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-byte-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'trusted'), { mode: 0o755 });
  onDisk = new Map();
  const at = (name: string) => join(folder, name);
  const now = () => Date.parse('2026-06-01T00:00:00Z');
  trust = new Trust({
    trustedKeys: at('trusted'),
    revokedKeys: at('revoked'),
    memory: at('memory/m.json'),
    ownKeys: () => [],
    now,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

function fixedKey(fill: number, name: string): SecretKey {
  return secretKeyFrom(new Uint8Array(32).fill(fill), name);
}

const encode = (text: string) => new TextEncoder().encode(text);

/** What `session.prepare` does: keys and memory from the disk, manifest and files as they are. */
function bind(skill: Skill, remember: 'admit' | 'judge' = 'judge'): readonly Refusal[] {
  for (const [name, bytes] of Object.entries(skill.keys)) {
    if (onDisk.get(name) !== bytes) writeFileSync(join(folder, 'trusted', name), bytes, { mode: 0o644 });
    onDisk.set(name, bytes);
  }
  const found = trust.keyFiles();
  if (!found.ok) throw new Error(found.error.message);
  const { keys, revocations, complaints } = found.value;
  const { manifest, detached, files } = skill;
  const judged = judgeManifest(
    sampleRequest({
      manifest,
      detached,
      keys,
      revocations,
      now: trust.now(),
      entries: Object.entries(files).map(entryOf),
    }),
  );
  if (!judged.ok) {
    const told = withKeyComplaints({ code: 'manifest-refused', refusals: judged.error }, complaints);
    return told.code === 'manifest-refused' ? told.refusals : [];
  }
  const may = trust[remember](OWNER, issueOf(judged.value.summary));
  return may.ok ? [] : (may.error.refusals ?? []);
}

function entryOf([path, bytes]: [string, Uint8Array]): SkillEntry {
  return {
    kind: 'file',
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    links: 1,
    bytes: bytes.length,
  };
}

const FILES = { 'SKILL.md': encode('# Mail\n'), 'scripts/run.sh': encode('#!/bin/sh\necho "ü" | cat\n') };
const KEYS = { 'alice.pub': encode(formatPublicKey(alice)), 'bob.pub': encode(formatPublicKey(bob)) };
const draft: Manifest = {
  ...{ skill_id: 'mail-helper', version: '1.2.0', created: '2026-01-01T00:00:00Z', expires: '2027-01-01T00:00:00Z' },
  description: 'Liest Post für „dich“ 📬',
  permissions: { filesystem: { read: ['~/Maildir/**'], write: [] }, exec: ['/usr/bin/jq'] },
  hashes: Object.fromEntries(Object.entries(FILES).map((file) => [file[0], `sha256:${entryHash(file)}`])),
};

function entryHash(file: [string, Uint8Array]): string {
  const entry = entryOf(file);
  return entry.kind === 'file' ? entry.sha256 : '';
}

function inline(): Skill {
  const signed: Manifest = JSON.parse(
    signManifest(draft, alice.secretKey, 'alice of example', { coSigners: [bob.keyId] }),
  );
  const whole = { ...signed, signatures: [makeCoSignature(signed, bob.secretKey, 'bob')] };
  return { manifest: encode(layOut(whole)), detached: null, files: FILES, keys: KEYS };
}

function beside(): Skill {
  const { manifest, detached } = signDetached(draft, alice.secretKey, 'alice of example', { coSigners: [bob.keyId] });
  const { signature } = JSON.parse(detached);
  const coSignature = makeCoSignature({ ...JSON.parse(manifest), signature }, bob.secretKey, 'bob');
  const text = layOut({ signature, signatures: [coSignature] });
  return { manifest: encode(manifest), detached: encode(text), files: FILES, keys: KEYS };
}

/** Only the seed's fields, written by hand: no layout, so nothing but the helper's memory holds its white space. */
function seedOnly(): Skill {
  const { created: _, expires: __, description: ___, ...seed } = draft;
  const signature = { algorithm: 'Ed25519', value: '', signed_by: 'alice of example' };
  const bytes = signEd25519(signingBytes({ ...seed, signature }), alice.secretKey);
  const value = Buffer.from(bytes).toString('base64');
  const manifest = encode(`${JSON.stringify({ ...seed, signature: { ...signature, value } }, null, '\t')}\r\n`);
  return { manifest, detached: null, files: FILES, keys: { 'alice.pub': KEYS['alice.pub'] } };
}

interface Change {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** One bit of every byte, another one in each; white space also by other white space. */
function* flips(bytes: Uint8Array): Generator<Change> {
  for (let at = 0; at < bytes.length; at += 1) {
    const before = bytes[at] ?? 0;
    const spaces = WHITE.includes(before) ? WHITE.filter((one) => one !== before) : [];
    for (const after of [before ^ (1 << (at % 8)), ...spaces]) {
      const changed = bytes.slice();
      changed[at] = after;
      yield { what: `byte ${at} 0x${before.toString(16)} -> 0x${after.toString(16)}`, bytes: changed, at };
    }
  }
}

/** Every `step`th beginning of it, and it with one byte more at its end, beginning or middle. */
function* lengths(bytes: Uint8Array, step: number): Generator<Change> {
  for (let at = 0; at < bytes.length; at += step) yield { what: `cut to ${at} bytes`, bytes: bytes.slice(0, at), at };
  yield { what: 'cut by its last byte', bytes: bytes.slice(0, -1), at: bytes.length };
  for (const at of [0, bytes.length >> 1, bytes.length]) {
    for (const byte of [0x00, 0x0a, 0x20, 0x41]) {
      const more = Uint8Array.from([...bytes.subarray(0, at), byte, ...bytes.subarray(at)]);
      yield { what: `0x${byte.toString(16)} more at ${at}`, bytes: more, at };
    }
  }
}

function* changes(bytes: Uint8Array, step = 1): Generator<Change> {
  yield* flips(bytes);
  yield* lengths(bytes, step);
}

/** Binds each changed skill; counts them, and lists those that were accepted or blamed on something else. */
function tryAll(
  all: Iterable<Change>,
  put: (bytes: Uint8Array) => Skill,
  blamed: (change: Change, first: Refusal) => boolean,
) {
  let tried = 0;
  const wrong: string[] = [];
  for (const change of all) {
    tried += 1;
    const [first] = bind(put(change.bytes));
    if (first === undefined) wrong.push(`${change.what}: accepted`);
    else if (!blamed(change, first)) wrong.push(`${change.what}: blamed on ${first.code}: ${first.message}`);
  }
  return { tried, wrong };
}

const isOf =
  (...parts: Part[]) =>
  (_change: Change, { code }: Refusal) =>
    parts.includes(partOf(code));

describe.each([
  ['inline', inline],
  ['detached', beside],
] as const)('a skill with its signature %s, before it ever ran', (_form, make) => {
  test('as it was signed it is bound', () => expect(bind(make())).toEqual([]));

  test('no byte of its manifest can change', () => {
    const skill = make();
    const block = Buffer.from(skill.manifest).indexOf('"signature"');
    const result = tryAll(
      changes(skill.manifest, 7),
      (manifest) => ({ ...skill, manifest }),
      ({ at }, first) => {
        const inBlock = block >= 0 && at >= block - 4;
        return isOf('manifest', ...(inBlock || at >= skill.manifest.length - 2 ? (['signature'] as const) : []))(
          { what: '', bytes: skill.manifest, at },
          first,
        );
      },
    );
    expect(result.wrong).toEqual([]);
    expect(result.tried).toBeGreaterThan(skill.manifest.length);
  }, 120_000);

  test('no byte of its files can change, and the file is named', () => {
    const skill = make();
    for (const [path, content] of Object.entries(FILES)) {
      const put = (bytes: Uint8Array) => ({ ...skill, files: { ...FILES, [path]: bytes } });
      const result = tryAll(
        changes(content),
        put,
        (_change, { code, paths }) => code === 'changed-file' && paths?.[0] === path,
      );
      expect(result.wrong).toEqual([]);
      expect(result.tried).toBeGreaterThan(content.length);
    }
  }, 60_000);

  test.each(['alice.pub', 'bob.pub'] as const)(
    'no byte of the key file %s can change, and the file is named',
    (name) => {
      const skill = make();
      expect(bind(skill)).toEqual([]);
      const put = (bytes: Uint8Array) => ({ ...skill, keys: { ...KEYS, [name]: bytes } });
      const told: string[] = [];
      for (const { what, bytes } of changes(KEYS[name])) {
        const refusals = bind(put(bytes));
        const isKey = refusals.some(({ code }) => ['unknown-key', 'missing-co-signature'].includes(code));
        if (!isKey) told.push(`${what}: ${refusals[0]?.code ?? 'accepted'}`);
      }
      expect(told).toEqual([]);
    },
    60_000,
  );
});

describe('a detached signature', () => {
  test('no byte of it can change', () => {
    const skill = beside();
    const put = (detached: Uint8Array) => ({ ...skill, detached });
    const result = tryAll(changes(skill.detached ?? new Uint8Array(), 5), put, isOf('signature'));
    expect(result.wrong).toEqual([]);
    expect(result.tried).toBeGreaterThan(skill.detached?.length ?? 0);
  }, 120_000);
});

describe('a manifest of the seed’s fields alone', () => {
  const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
    const [one, other] = [parseManifest(a), parseManifest(b)];
    return one.ok && other.ok && Buffer.compare(canonicalBytes(one.value), canonicalBytes(other.value)) === 0;
  };

  test('before it ran, only what RFC 8785 leaves open is accepted: other white space', () => {
    const skill = seedOnly();
    const open: Change[] = [];
    const result = tryAll(
      changes(skill.manifest, 7),
      (manifest) => ({ ...skill, manifest }),
      () => true,
    );
    for (const change of changes(skill.manifest, 7)) if (isSame(change.bytes, skill.manifest)) open.push(change);
    expect(result.wrong).toEqual(open.map(({ what }) => `${what}: accepted`));
    expect(open.length).toBeGreaterThan(0);
  }, 120_000);

  test('once it ran, no byte of it can change', () => {
    const skill = seedOnly();
    expect(bind(skill, 'admit')).toEqual([]);
    expect(bind(skill)).toEqual([]);
    const result = tryAll(
      changes(skill.manifest, 7),
      (manifest) => ({ ...skill, manifest }),
      isOf('manifest', 'signature', 'key'),
    );
    expect(result.wrong).toEqual([]);
  }, 120_000);
});
