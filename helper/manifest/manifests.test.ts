import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateKey, hashesOf, type Manifest, signManifest, type TrustedKey } from '../../core/manifest/index.ts';
import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Authorize } from '../approval/authorize.ts';
import type { RecordDraft } from '../audit/options.ts';
import type { Peer } from '../control/peer.ts';
import { Trust } from '../keyring/trust.ts';
import type { BoundSession } from '../session/session-book.ts';
import { scanSkillFolder } from '../session/skill-folder.ts';
import type { BindRequest, CheckedDraft } from '../worker/binding.ts';
import { judgeDraft } from '../worker/judge-draft.ts';
import { judgeManifest } from '../worker/judge-manifest.ts';
import { MachineKey } from './machine-key.ts';
import { Manifests, type ManifestsOptions } from './manifests.ts';

const SESSION = 'session-1' as SessionId;
const UID = 4242;
const peer = (uid: number) => ({ pid: 900, uid, gid: uid, pidfd: null, session: null }) as Peer;
const ALICE = peer(UID);
const BOB = peer(4243);
const ROOT = peer(0);
const alice = generateKey('alice');
const MANIFEST = { skill_id: 'mail', version: '1', permissions: { exec: ['/usr/bin/jq'] } };
const DRAFT = JSON.stringify({ ...MANIFEST, version: '2' });

let folder: string;
let skill: string;
let path: string;
let session: BoundSession | null;
let authorized: Result<void, ProtocolError>;
let asked: Parameters<Authorize>[];
let records: RecordDraft[];
/** Why the log takes nothing. */
let failing: Error | null;
let bound: BindRequest[];
/** Runs while polkit asks. */
let meanwhile: () => unknown;
let machineKey: MachineKey;
let trust: Trust;
let now: number;
let manifests: Manifests;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  chmodSync(folder, 0o755);
  skill = join(folder, 'skill');
  path = join(skill, 'clawmanifest.json');
  mkdirSync(skill, { mode: 0o755 });
  writeFileSync(join(skill, 'SKILL.md'), '# Mail\n', { mode: 0o644 });
  writeFileSync(path, signedByAlice(), { mode: 0o644 });
  session = sessionOf(readFileSync(path));
  authorized = success(undefined);
  asked = [];
  records = [];
  failing = null;
  bound = [];
  now = Date.parse('2026-06-01T00:00:00Z');
  meanwhile = () => {};
  machineKey = new MachineKey(join(folder, 'keys'));
  trust = new Trust({
    trustedKeys: join(folder, 'trusted'),
    revokedKeys: join(folder, 'revoked'),
    memory: join(folder, 'trust/memory.json'),
    ownKeys: () => [...machineKey.trusted(), alice as TrustedKey],
    now: () => now,
  });
  manifests = start();
});

afterEach(() => rmSync(folder, { recursive: true }));

function signedByAlice(more: object = {}): string {
  const hashes = hashesOf(scanSkillFolder(skill, ALICE));
  return signManifest({ ...MANIFEST, hashes, ...more } as Manifest, alice.secretKey, 'alice');
}

function sessionOf(manifest: Uint8Array): BoundSession {
  const request: BindRequest = {
    ...{ manifest, manifestName: 'clawmanifest.json', keys: [alice], entries: [], mounts: [] },
    ...{ detached: null, revocations: [], now: 0 },
    context: { home: folder, workspace: null, skill, tmpdir: '/tmp' },
  };
  return { shown: { id: SESSION, owner: UID, manifestPath: path }, request } as unknown as BoundSession;
}

function start(more: Partial<ManifestsOptions['worker']> = {}): Manifests {
  const refusedOf = <T>(judged: Result<T, Parameters<typeof manifestRefused>[0]>) =>
    judged.ok ? judged : failure(manifestRefused(judged.error));
  return new Manifests({
    find: (id) => (id === SESSION ? session : null),
    worker: {
      bind: async (request) => {
        bound.push(request);
        return refusedOf(judgeManifest(request));
      },
      complete: async (request) => refusedOf(judgeDraft(request)),
      ...more,
    },
    machineKey,
    trust,
    mounts: () => [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }],
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
}

function manifestRefused(refusals: readonly { code: string; message: string }[]) {
  return { code: 'manifest-refused', refusals } as const;
}

const get = (who = ALICE) => manifests.get({ session: SESSION }, who);
const sign = (draft = DRAFT, who = ALICE) => manifests.sign({ session: SESSION, draft }, who);
async function signedText(): Promise<string> {
  const signed = await sign();
  if (!signed.ok) throw new Error(signed.error.message);
  return signed.value.manifest;
}

describe('the manifest of a session', () => {
  test('is the text that was bound, with how its file stands', async () => {
    expect(await get()).toEqual(
      success({
        ...{ owner: UID, path, text: readFileSync(path, 'utf8'), changedSince: false },
        signature: { state: 'valid', keyName: 'alice', byThisMachine: false },
      }),
    );
    expect(bound[0]).toMatchObject({ mounts: [{ device: 1 }], context: { skill } });
  });

  test('is for its owner and root', async () => {
    expect(await get(BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await get(ROOT)).toMatchObject({ ok: true });
    session = null;
    expect(await get()).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  test('keeps its text when the file says something else, and says so', async () => {
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, signedByAlice({ version: '3' }));
    expect(await get()).toMatchObject({ value: { text: before, changedSince: true, signature: { state: 'valid' } } });
  });

  test.each<[string, () => void, RegExp, boolean]>([
    ['a file of the skill was changed', () => writeFileSync(join(skill, 'SKILL.md'), 'other'), /SKILL\.md/, false],
    ['it was edited without signing', () => writeFileSync(path, DRAFT), /no signature|hashes/, true],
    ['it is no JSON', () => writeFileSync(path, '{"skill_id": x}'), /line 1, column 14/, true],
    ['it is gone', () => rmSync(path), /not there any more/, true],
    ['it is closed to the user', () => chmodSync(path, 0o600), /closed to you/, true],
    ['its folder is closed to the user', () => chmodSync(skill, 0o700), /folder of the manifest/, true],
    ['it is too large', () => writeFileSync(path, ' '.repeat(262_145)), /more than 262144 bytes/, true],
    [
      'it is a directory',
      () => {
        rmSync(path);
        mkdirSync(path);
      },
      /no regular file/,
      true,
    ],
    [
      'it is a link',
      () => {
        renameSync(path, join(folder, 'elsewhere.json'));
        symlinkSync(join(folder, 'elsewhere.json'), path);
      },
      /symbolic link/,
      true,
    ],
  ])('is refused anew when %s', async (_what, change, why, changedSince) => {
    change();
    const view = await get();
    expect(view).toMatchObject({ ok: true, value: { signature: { state: 'refused' }, changedSince } });
    const signature = view.ok ? view.value.signature : null;
    expect(signature?.state === 'refused' && signature.reasons.join('\n')).toMatch(why);
  });

  const reasons = async () => {
    const view = await get();
    return view.ok && view.value.signature.state === 'refused' ? view.value.signature.reasons.join('\n') : 'valid';
  };

  test('is refused from the moment its key is revoked', async () => {
    expect(await reasons()).toBe('valid');
    mkdirSync(join(folder, 'revoked'));
    writeFileSync(join(folder, 'revoked/a.revoked'), `${alice.keyId} 2026-05-01T00:00:00Z the laptop was stolen\n`);
    expect(await reasons()).toMatch(/was revoked at 2026-05-01T00:00:00Z: the laptop was stolen/);
    writeFileSync(join(folder, 'revoked/a.revoked'), 'hello\n');
    expect(await reasons()).toMatch(/which keys are revoked is not known: .*a\.revoked: line 1/);
  });

  test('is refused once it has expired', async () => {
    writeFileSync(path, signedByAlice({ expires: '2026-01-01T00:00:00Z' }));
    now = Date.parse('2025-12-31T23:59:59Z');
    expect(await reasons()).toBe('valid');
    now = Date.parse('2026-01-01T00:00:00Z');
    expect(await reasons()).toMatch(/expired at 2026-01-01T00:00:00Z/);
  });

  test('is refused where it would be a step back', async () => {
    writeFileSync(path, signedByAlice({ version: '3.0.0' }));
    const next = { skillId: 'mail', version: '3.0.1', keyId: alice.keyId, keyName: 'alice' };
    trust.admit(UID, { ...next, created: null, supersedes: [], digest: 'ab'.repeat(32) });
    expect(await reasons()).toMatch(/mail 3\.0\.0 is older than 3\.0\.1/);
  });

  test('is refused while what was seen before is not known', async () => {
    mkdirSync(join(folder, 'trust'), { recursive: true });
    writeFileSync(join(folder, 'trust/memory.json'), '{}', { mode: 0o600 });
    expect(await reasons()).toMatch(/memory\.json is damaged/);
  });

  test('is refused with the reason when the worker falls to its file', async () => {
    const fallen = { code: 'worker-failed', message: 'it died', remedy: 'Try again.' } as const;
    manifests = start({ bind: async () => failure(fallen) });
    expect(await get()).toMatchObject({ value: { signature: { state: 'refused', reasons: ['it died'] } } });
  });
});

describe('a draft', () => {
  test('is signed as it was checked, with the files as they are, and is then accepted from the same place', async () => {
    const text = await signedText();
    expect(JSON.parse(text)).toMatchObject({ version: '2', hashes: { 'SKILL.md': expect.any(String) } });
    writeFileSync(path, text);
    expect(await get()).toMatchObject({
      value: { changedSince: true, signature: { state: 'valid', keyName: 'this-machine', byThisMachine: true } },
    });
  });

  test('writes nothing into the folder', async () => {
    const before = readFileSync(path, 'utf8');
    await signedText();
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(scanSkillFolder(skill, ALICE)).toHaveLength(2);
  });

  test('is put to polkit with its skill and place, and is on record before it leaves', async () => {
    const text = await signedText();
    expect(asked).toEqual([[ALICE, 'io.ringfence.sign-manifest', { skill: 'mail', path }]]);
    expect(records).toMatchObject([
      {
        ...{ kind: 'manifest.signed', session: SESSION, skill_id: 'mail', path, signer_uid: UID, owner_uid: UID },
        sha256: createHash('sha256').update(text).digest('hex'),
      },
      { kind: 'trust.skill-bound', skill_id: 'mail', key_name: 'this-machine', owner_uid: UID },
    ]);
  });

  test('that the person did not authorise is not signed, and that is on record', async () => {
    authorized = failure(protocolError('not-authorized', 'dismissed'));
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    expect(records).toMatchObject([{ kind: 'manifest.sign-refused', signer_uid: UID, cause: 'dismissed' }]);
    expect(machineKey.trusted()).toEqual([]);
  });

  test('counts from then on: neither what ran before nor an older one signed by this machine comes back', async () => {
    const publishers = readFileSync(path, 'utf8');
    const first = await signedText();
    const narrower = await sign(JSON.stringify({ ...MANIFEST, version: '2', permissions: {} }));
    if (!narrower.ok) throw new Error(narrower.error.message);
    const view = async (text: string) => {
      writeFileSync(path, text);
      return get();
    };
    expect(await view(narrower.value.manifest)).toMatchObject({ value: { signature: { state: 'valid' } } });
    expect(await view(first)).toMatchObject({
      value: { signature: { state: 'refused', reasons: [expect.stringContaining('another mail 2')] } },
    });
    expect(await view(publishers)).toMatchObject({
      value: { signature: { state: 'refused', reasons: [expect.stringContaining('is bound to the key')] } },
    });
  });

  test('is not signed beside a signature of its own file', async () => {
    writeFileSync(join(skill, 'clawmanifest.sig'), '{}');
    expect(await sign()).toMatchObject({ ok: false, error: { refusals: [{ code: 'two-signatures' }] } });
    expect(asked).toEqual([]);
  });

  test('that has expired is not put to anyone', async () => {
    const draft = JSON.stringify({ ...MANIFEST, expires: '2020-01-01T00:00:00Z' });
    expect(await sign(draft)).toMatchObject({ ok: false, error: { refusals: [{ code: 'expired' }] } });
    expect(asked).toEqual([]);
  });

  test('changes nothing of what was authorised while the person types', async () => {
    meanwhile = () => writeFileSync(join(skill, 'SKILL.md'), 'swapped');
    const text = await signedText();
    writeFileSync(path, text);
    expect(await get()).toMatchObject({
      value: { signature: { state: 'refused', reasons: [expect.stringContaining('SKILL.md')] } },
    });
  });

  test('of a session that ended meanwhile is not signed', async () => {
    meanwhile = () => {
      session = null;
    };
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'too-late' } });
    expect(records).toEqual([]);
  });

  test('is refused with place and remedy, before anyone is asked', async () => {
    const draft = DRAFT.replace('/usr/bin/jq', 'jq');
    expect(await sign(draft)).toMatchObject({
      ok: false,
      error: {
        code: 'manifest-refused',
        refusals: [{ code: 'bad-path', pointer: 'permissions.exec[0]', remedy: expect.stringContaining('/usr/bin') }],
      },
    });
    symlinkSync('/etc/passwd', join(skill, 'link'));
    expect(await sign()).toMatchObject({ ok: false, error: { refusals: [{ code: 'symbolic-link' }] } });
    expect(asked).toEqual([]);
  });

  test('of someone else is not even looked at', async () => {
    expect(await sign(DRAFT, BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await sign(DRAFT, ROOT)).toMatchObject({ ok: true });
  });

  test('whose folder the user cannot read is not signed', async () => {
    chmodSync(skill, 0o700);
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  test('opens one prompt, not two', async () => {
    meanwhile = async () => expect(await sign()).toMatchObject({ ok: false, error: { code: 'limit-reached' } });
    expect(await sign()).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  test.each<[string, (honest: CheckedDraft) => CheckedDraft]>([
    ['other hashes', ({ text }) => ({ text: text.replace(/sha256:./, 'sha256:0'), warnings: [] })],
    [
      'a signature',
      ({ text }) => ({
        text: text.replace(/}$/, ',"signature":{"algorithm":"a","value":"","signed_by":"b"}}'),
        warnings: [],
      }),
    ],
    ['no JSON', () => ({ text: '}', warnings: [] })],
  ])('for which a fallen worker answers %s is not signed', async (_what, lie) => {
    const honest = (request: Parameters<typeof judgeDraft>[0]) => {
      const judged = judgeDraft(request);
      if (!judged.ok) throw new Error('the draft is refused');
      return judged.value;
    };
    manifests = start({ complete: async (request) => success(lie(honest(request))) });
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(asked).toEqual([]);
    expect(machineKey.trusted()).toEqual([]);
  });

  test('is not signed with a key that is not in order', async () => {
    await signedText();
    writeFileSync(join(folder, 'keys/manifest.key'), 'garbled');
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(records.filter(({ kind }) => kind === 'manifest.signed')).toHaveLength(1);
  });

  test('that cannot go on record does not leave', async () => {
    failing = new Error('the disk is full');
    await expect(sign()).rejects.toThrow('the disk is full');
  });
});
