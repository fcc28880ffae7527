import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  formatPublicKey,
  generateKey,
  hashesOf,
  keyIdOf,
  type Manifest,
  type SecretKey,
  signDetached,
  signManifest,
} from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import { scanSkillFolder } from '../session/skill-folder.ts';
import type { Publisher } from '../worker/binding.ts';
import { judgePublisher } from '../worker/judge-publisher.ts';
import { KeyChanges } from './key-changes.ts';
import { Trust } from './trust.ts';

const peer = (uid: number) => ({ pid: 900, uid, gid: uid, pidfd: null, session: null }) as Peer;
const ALICE = peer(4242);
const ROOT = peer(0);
const key = generateKey('publisher');

let folder: string;
let skill: string;
let manifestPath: string;
let authorized: Result<void, ProtocolError>;
let asked: unknown[][];
let records: RecordDraft[];
let failing: Error | null;
let lie: ((honest: Publisher) => Publisher) | null;
let meanwhile: () => unknown;
let trust: Trust;
let keys: KeyChanges;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  chmodSync(folder, 0o755);
  skill = at('skill');
  manifestPath = join(skill, 'clawmanifest.json');
  mkdirSync(skill, { mode: 0o755 });
  writeFileSync(join(skill, 'SKILL.md'), '# Mail\n', { mode: 0o644 });
  authorized = success(undefined);
  [asked, records, failing, lie] = [[], [], null, null];
  meanwhile = () => {};
  const places = { trustedKeys: at('trusted'), revokedKeys: at('revoked') };
  const now = () => Date.parse('2026-06-01T10:00:00Z');
  trust = new Trust({ ...places, memory: at('trust/memory.json'), ownKeys: () => [], now });
  keys = new KeyChanges({
    ...{ trust, ...places },
    worker: {
      introduce: async (request) => {
        const judged = judgePublisher(request);
        if (!judged.ok) return failure({ code: 'manifest-refused', refusals: judged.error });
        return success(lie === null ? judged.value : lie(judged.value));
      },
    },
    authorize: async (...what) => {
      asked.push(what);
      await meanwhile();
      return authorized;
    },
    record: async (drafts) => {
      if (failing) throw failing;
      records.push(...drafts);
    },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

function signed(by: SecretKey = key, more: object = {}): string {
  const hashes = hashesOf(scanSkillFolder(skill, ALICE));
  const publisher = { name: 'Example', keys: [formatPublicKey(by).trimEnd()] };
  const manifest = { skill_id: 'mail', version: '1.0.0', publisher, permissions: {}, hashes, ...more };
  return signManifest(manifest as Manifest, by.secretKey, by.name);
}

const give = (text: string) => writeFileSync(manifestPath, text, { mode: 0o644 });
const trustIt = (text = signed(), keyId = key.keyId, who = ALICE) => {
  give(text);
  return keys.trust({ manifestPath, manifest: Buffer.from(text).toString('base64'), keyId }, who);
};
const trusted = () => {
  const found = trust.ground();
  return found.ok ? found.value.keys.map(({ name }) => name) : null;
};
const refusals = (answer: Result<unknown, ProtocolError>) =>
  answer.ok ? [] : (answer.error.refusals ?? []).map(({ code }) => code);

describe('a key that a manifest brings along', () => {
  test('is trusted after an administrator has said so, its skill is bound to it, and both are on record', async () => {
    const file = at('trusted', `publisher-${key.keyId.slice(7, 23)}.pub`);
    expect(await trustIt()).toEqual(
      success({ keyId: key.keyId, name: 'publisher', skill: 'mail', file, changed: true }),
    );
    expect(readFileSync(file, 'utf8')).toBe(formatPublicKey(key));
    expect(trusted()).toEqual(['publisher']);
    expect(trust.boundKey(4242, 'mail')).toMatchObject({ value: { keyId: key.keyId } });
    expect(asked).toEqual([[ALICE, 'io.ringfence.trust-key', { change: expect.stringContaining(key.keyId) }]]);
    expect(JSON.stringify(asked)).toContain('mail');
    expect(records).toMatchObject([
      { kind: 'trust.key-added', action: 'keys.trust', key_id: key.keyId, skill_id: 'mail', approver_uid: 4242 },
    ]);
  });

  test('is not when nobody authorises it, and that is on record', async () => {
    authorized = failure(protocolError('not-authorized', 'dismissed'));
    expect(await trustIt()).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    expect(trusted()).toEqual([]);
    expect(existsSync(at('trusted'))).toBe(false);
    expect(records).toMatchObject([{ kind: 'trust.change-refused', cause: 'dismissed', key_id: key.keyId }]);
  });

  test('is not when that cannot go on record', async () => {
    failing = new Error('the disk is full');
    await expect(trustIt()).rejects.toThrow('the disk is full');
    expect(trusted()).toEqual([]);
  });

  test('is not when it is another than the person was shown', async () => {
    expect(await trustIt(signed(), `sha256:${'0'.repeat(64)}`)).toMatchObject({ error: { code: 'too-late' } });
    const mallory = generateKey('publisher');
    lie = (honest) => ({ ...honest, key: formatPublicKey(mallory) });
    expect(await trustIt()).toMatchObject({ ok: false, error: { code: 'too-late' } });
    lie = (honest) => ({ ...honest, key: `ringfence-ed25519 AQ${'A'.repeat(41)}= identity` });
    expect(await trustIt()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(asked).toEqual([]);
  });

  test.each<[string, () => string, string]>([
    ['no key', () => signed(key, { publisher: {} }), 'no-publisher-key'],
    [
      'the key of another than its signer',
      () => signed(key, { publisher: { keys: [formatPublicKey(generateKey('x')).trimEnd()] } }),
      'unknown-key',
    ],
    ['a changed text', () => signed().replace('1.0.0', '1.0.1'), 'changed-manifest'],
    [
      'files that are others',
      () => [signed(), writeFileSync(join(skill, 'SKILL.md'), 'other')][0] as string,
      'changed-file',
    ],
    ['a time that is over', () => signed(key, { expires: '2026-01-01T00:00:00Z' }), 'expired'],
    ['no JSON', () => '{', 'syntax'],
  ])('is not shown to anyone with %s', async (_what, text, code) => {
    expect(refusals(await trustIt(text()))).toContain(code);
    expect(asked).toEqual([]);
  });

  test('is trusted from a detached signature as well', async () => {
    const { signature: _, ...manifest } = JSON.parse(signed());
    const { manifest: text, detached } = signDetached(manifest, key.secretKey, 'publisher');
    writeFileSync(join(skill, 'clawmanifest.sig'), detached, { mode: 0o644 });
    expect(await trustIt(text)).toMatchObject({ ok: true, value: { skill: 'mail' } });
  });

  test('is not where its skill is bound to another key, until that is forgotten', async () => {
    await trustIt();
    const other = generateKey('other');
    expect(refusals(await trustIt(signed(other), other.keyId))).toEqual(['other-key']);
    expect(await keys.repin({ skill: 'mail' }, ALICE)).toMatchObject({ value: { forgotten: 1 } });
    expect(await trustIt(signed(other), other.keyId)).toMatchObject({ ok: true });
    expect(records.map(({ kind }) => kind)).toEqual(['trust.key-added', 'trust.skill-forgotten', 'trust.key-added']);
  });

  test('is not when it was revoked', async () => {
    await keys.revoke({ keyId: key.keyId, reason: 'stolen' }, ROOT);
    expect(refusals(await trustIt())).toEqual(['revoked-key']);
    expect(await keys.add({ key: formatPublicKey(key) }, ROOT)).toMatchObject({ error: { code: 'not-permitted' } });
    expect(trusted()).toEqual([]);
  });

  test('opens one prompt, not two', async () => {
    meanwhile = async () => expect(await trustIt()).toMatchObject({ error: { code: 'limit-reached' } });
    await trustIt();
    expect(asked).toHaveLength(1);
  });
});

describe('a key file', () => {
  const ssh = `ssh-ed25519 ${Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), key.publicKey]).toString('base64')} me@host\n`;

  test('is added under the name it has, or the one that is given, whoever wrote it', async () => {
    expect(await keys.add({ key: ssh, name: 'Publisher of Mail' }, ALICE)).toMatchObject({
      value: { keyId: keyIdOf(key.publicKey), name: 'Publisher of Mail', changed: true },
    });
    expect(trusted()).toEqual(['Publisher of Mail']);
    expect(await keys.add({ key: formatPublicKey(key) }, ALICE)).toMatchObject({ value: { changed: false } });
    expect(asked).toHaveLength(1);
  });

  test.each(['hello', 'ringfence-ed25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= identity\n'])(
    'that holds no sound key is not: %j',
    async (text) => {
      expect(await keys.add({ key: text }, ROOT)).toMatchObject({ error: { code: 'invalid-params' } });
      expect(await keys.add({ key: ssh, name: 'a\u202eb' }, ROOT)).toMatchObject({ error: { code: 'invalid-params' } });
      expect(asked).toEqual([]);
    },
  );

  test('that was changed by hand is in force again once it is added anew', async () => {
    const added = await keys.add({ key: formatPublicKey(key) }, ROOT);
    const file = added.ok ? added.value.file : '';
    trust.ground();
    writeFileSync(file, formatPublicKey({ ...key, name: 'renamed' }));
    expect(trusted()).toEqual([]);
    expect(await keys.add({ key: readFileSync(file, 'utf8') }, ROOT)).toMatchObject({ value: { changed: true } });
    expect(trusted()).toEqual(['renamed']);
    expect(readdirSync(at('trusted'))).toHaveLength(1);
  });

  test('is removed, and the key can come back', async () => {
    await keys.add({ key: ssh }, ROOT);
    expect(await keys.remove({ keyId: key.keyId }, ALICE)).toMatchObject({ ok: true });
    expect(trusted()).toEqual([]);
    expect(await keys.remove({ keyId: key.keyId }, ALICE)).toMatchObject({ error: { code: 'not-found' } });
    expect(await keys.add({ key: formatPublicKey(key) }, ROOT)).toMatchObject({ value: { changed: true } });
    expect(records.map(({ kind }) => kind)).toEqual(['trust.key-added', 'trust.key-removed', 'trust.key-added']);
  });

  test('whose place cannot be written is told, and on record', async () => {
    mkdirSync(at('trusted'), { mode: 0o777 });
    chmodSync(at('trusted'), 0o777);
    expect(await keys.add({ key: ssh }, ROOT)).toMatchObject({ error: { code: 'unavailable' } });
    expect(records.map(({ kind }) => kind)).toEqual(['trust.key-added', 'trust.change-failed']);
  });
});

describe('revoking', () => {
  test('is durable, dated, on record, and seen by the next look', async () => {
    await keys.add({ key: formatPublicKey(key) }, ROOT);
    expect(await keys.revoke({ keyId: key.keyId, reason: 'the laptop was stolen' }, ALICE)).toMatchObject({
      value: { date: '2026-06-01T10:00:00Z', reason: 'the laptop was stolen', changed: true },
    });
    expect(trust.ground()).toMatchObject({ value: { revocations: [{ keyId: key.keyId }] } });
    expect(records.at(-1)).toMatchObject({
      kind: 'trust.key-revoked',
      message: 'the laptop was stolen',
      key_id: key.keyId,
    });
    expect(await keys.revoke({ keyId: key.keyId, reason: 'again' }, ALICE)).toMatchObject({
      value: { reason: 'the laptop was stolen', changed: false },
    });
  });

  test('takes a reason that can be read', async () => {
    expect(await keys.revoke({ keyId: key.keyId, reason: 'a\nb' }, ROOT)).toMatchObject({
      error: { code: 'invalid-params' },
    });
  });
});

describe('forgetting a skill', () => {
  const bind = (owner: number) =>
    trust.admit(owner, {
      skillId: 'mail',
      version: '1.0.0',
      keyId: key.keyId,
      keyName: 'k',
      created: null,
      supersedes: [],
      digest: 'ab'.repeat(32),
    });

  test('is for the caller, and for everyone when root asks', async () => {
    for (const owner of [4242, 4243, 4244]) bind(owner);
    expect(await keys.repin({ skill: 'mail' }, ALICE)).toMatchObject({ value: { forgotten: 1 } });
    expect(await keys.repin({ skill: 'mail', owner: 4243 as never }, ALICE)).toMatchObject({
      error: { code: 'not-permitted' },
    });
    expect(await keys.repin({ skill: 'mail', owner: 4243 as never }, ROOT)).toMatchObject({ value: { forgotten: 1 } });
    bind(4243);
    expect(await keys.repin({ skill: 'mail' }, ROOT)).toMatchObject({ value: { forgotten: 2 } });
    expect(await keys.repin({ skill: 'mail' }, ROOT)).toMatchObject({ error: { code: 'not-found' } });
  });

  test('is not done without authorisation', async () => {
    bind(4242);
    authorized = failure(protocolError('not-authorized', 'no'));
    expect(await keys.repin({ skill: 'mail' }, ALICE)).toMatchObject({ error: { code: 'not-authorized' } });
    expect(trust.boundKey(4242, 'mail')).toMatchObject({ value: { keyId: key.keyId } });
  });
});

test('the list has keys, revocations, bindings and what is not in order', async () => {
  await trustIt();
  await keys.revoke({ keyId: `sha256:${'0'.repeat(64)}`, reason: 'old' }, ROOT);
  writeFileSync(at('trusted/broken.pub'), 'hello', { mode: 0o644 });
  expect(await keys.list()).toMatchObject({
    value: {
      keys: [{ keyId: key.keyId, name: 'publisher', file: expect.stringContaining('trusted/') }],
      revocations: [{ reason: 'old' }],
      bindings: [{ owner: null, skill: 'mail', keyId: key.keyId, version: null }],
      complaints: [expect.stringContaining('broken.pub')],
    },
  });
});
