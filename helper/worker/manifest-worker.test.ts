import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { formatPublicKey, generateKey, type Manifest, signDetached, signManifest } from '../../core/manifest/index.ts';
import { judgeDraft } from './judge-draft.ts';
import { judgeManifest } from './judge-manifest.ts';
import { judgePublisher } from './judge-publisher.ts';
import { type ManifestWorker, type ManifestWorkerOptions, manifestWorker } from './manifest-worker.ts';
import { sampleRequest } from './testing/sample-request.ts';
import { startWorker } from './worker-process.ts';
import { workerUser } from './worker-user.ts';

const carol = generateKey('carol');

let worker: ManifestWorker | null = null;
afterEach(() => worker?.close());

const misbehaving = { program: join(import.meta.dirname, 'testing/misbehaving.ts') };

function start(options: ManifestWorkerOptions = {}): ManifestWorker {
  worker = manifestWorker(options);
  return worker;
}

test('a manifest that is in order is bound, exactly as judged here', async () => {
  const request = sampleRequest();
  const bound = await start().bind(request);
  const judged = judgeManifest(request);
  expect(judged.ok).toBe(true);
  expect(bound).toEqual(judged);
  if (!bound.ok) throw new Error('not bound');
  const { summary } = bound.value;
  expect(summary).toMatchObject({ skillId: 'mail-triage', keyName: 'alice', onViolation: 'block' });
  expect(summary.rules.find((rule) => rule.text === '127.0.0.1:8080')).toMatchObject({
    effect: 'allow',
    operations: ['connect'],
    object: '127.0.0.1/32 port 8080 any',
    pointer: 'permissions.network.egress[0]',
  });
  expect(summary.rules.find((rule) => rule.text === '~/Maildir/**')?.object).toBe('/home/dev/Maildir/**');
});

test('a manifest that is not says why, every reason in its own words', async () => {
  const { bind } = start();
  const codes = async (request: Parameters<typeof bind>[0]): Promise<unknown> => {
    const bound = await bind(request);
    if (bound.ok || bound.error.code !== 'manifest-refused') return bound;
    return bound.error.refusals.map((refusal) => refusal.code);
  };
  expect(await codes(sampleRequest({ sign: false }))).toEqual(['unsigned']);
  expect(await codes(sampleRequest({ keys: [] }))).toEqual(['unknown-key']);
  expect(await codes(sampleRequest({ entries: [] }))).toEqual(['missing-file']);
  expect(await codes(sampleRequest({ manifest: new TextEncoder().encode('{"a":') }))).toEqual(['syntax']);
});

test.each([
  ['hang', 'took more than 700 ms'],
  ['die', 'ended with code 3'],
  ['die-loudly', 'beside itself'],
  ['garbage', 'not in order'],
  ['not-json', 'not in order'],
  ['endless', 'more than it may'],
  ['lie', 'tables are not in order'],
])('a worker that falls to its manifest (%s) binds nothing', async (manifestName, complaint) => {
  const { bind } = start({ ...misbehaving, answerWithin: manifestName === 'hang' ? 700 : 10_000 });
  const fallen = await bind(sampleRequest({ manifestName }));
  expect(fallen).toMatchObject({
    ok: false,
    error: {
      code: 'worker-failed',
      message: expect.stringContaining(complaint),
      remedy: expect.stringMatching(/\w/),
    },
  });
});

const draftRequest = (draft: string, manifestName = 'clawmanifest.json') => {
  const { manifest: _, keys: __, ...rest } = sampleRequest({ manifestName });
  return { ...rest, draft, signedBy: 'this-machine' };
};
const DRAFT = '{"skill_id": "mail", "version": "2", "permissions": {"exec": ["/usr/bin/cat"]}}';

test('a draft comes back whole, exactly as judged here, and a manifest is bound after it', async () => {
  const { complete, bind } = start();
  const completed = await complete(draftRequest(DRAFT));
  expect(completed).toEqual(judgeDraft(draftRequest(DRAFT)));
  expect(completed.ok && JSON.parse(completed.value.text)).toMatchObject({
    version: '2',
    hashes: { 'SKILL.md': `sha256:${'a'.repeat(64)}` },
  });
  expect((await bind(sampleRequest())).ok).toBe(true);
});

test('a draft that no one could bind is refused with every reason', async () => {
  const { complete } = start();
  const codes = async (draft: string) => {
    const completed = await complete(draftRequest(draft));
    if (completed.ok || completed.error.code !== 'manifest-refused') return completed;
    return completed.error.refusals.map((refusal) => `${refusal.code} ${refusal.pointer}`);
  };
  expect(await codes(DRAFT.replace('/usr/bin/cat', 'cat'))).toEqual(['bad-path permissions.exec[0]']);
  const many = Array.from({ length: 1000 }, (_, at) => `/**/x${at}*y${at}*`);
  expect(await codes(DRAFT.replace('["/usr/bin/cat"]', JSON.stringify(many)))).toEqual([
    expect.stringContaining('too-m'),
  ]);
});

test.each(['hang', 'die', 'garbage', 'endless', 'honest'])(
  'a worker that falls to its draft (%s) completes nothing',
  async (manifestName) => {
    const { complete } = start({ ...misbehaving, answerWithin: manifestName === 'hang' ? 700 : 10_000 });
    expect(await complete(draftRequest(DRAFT, manifestName))).toMatchObject({
      ok: false,
      error: { code: 'worker-failed' },
    });
  },
);

test('a worker that falls does not keep the next manifest from being bound', async () => {
  const { bind } = start({ ...misbehaving, answerWithin: 10_000 });
  const codes = [];
  for (const manifestName of ['die', 'garbage', 'honest']) {
    const bound = await bind(sampleRequest({ manifestName }));
    codes.push(bound.ok ? 'bound' : bound.error.code);
  }
  expect(codes).toEqual(['worker-failed', 'worker-failed', 'bound']);
});

test('a worker that wants more memory than it may have ends', async () => {
  const { bind } = start({ ...misbehaving, answerWithin: 10_000 });
  const fallen = await bind(sampleRequest({ manifestName: 'hog' }));
  expect(fallen).toMatchObject({
    ok: false,
    error: { code: 'worker-failed', message: expect.stringMatching(/allocation failed|SIG|code/i) },
  });
});

test('a worker that is never confined is never asked', async () => {
  const { bind } = start({ program: join(import.meta.dirname, 'testing/never-ready.ts'), readyWithin: 300 });
  const fallen = await bind(sampleRequest());
  expect(fallen).toMatchObject({ ok: false, error: { message: expect.stringContaining('to be confined') } });
});

test('many manifests are judged in turn', async () => {
  const { bind } = start({ atOnce: 2 });
  const bound = await Promise.all(Array.from({ length: 5 }, () => bind(sampleRequest())));
  expect(bound.map((each) => each.ok)).toEqual([true, true, true, true, true]);
});

test('nothing is bound while the helper stops', async () => {
  const { bind, close } = start();
  close();
  expect(await bind(sampleRequest())).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('stopping') },
  });
});

test('a waiting worker is nobody, without privileges, and filtered in every thread', async () => {
  const user = workerUser();
  const program = join(import.meta.dirname, 'main.ts');
  const waiting = startWorker({ program, user, readyWithin: 20_000 });
  expect(await waiting.ready).toEqual({ ok: true, value: undefined });
  const threads = readdirSync(`/proc/${waiting.pid}/task`);
  expect(threads.length).toBeGreaterThan(1);
  for (const thread of threads) {
    const status = readFileSync(`/proc/${waiting.pid}/task/${thread}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\t2$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    if (user !== null) expect(status).toMatch(new RegExp(`^Uid:\\t${user.uid}\\t${user.uid}\\t${user.uid}\\t`, 'm'));
    if (user !== null) expect(status).toMatch(/^Groups:\t ?$/m);
  }
  waiting.end();
});

test('the publisher of a manifest is found by the key it brings along, exactly as judged here', async () => {
  const key = generateKey('carol');
  const manifest: Manifest = {
    ...{ skill_id: 'mail', version: '1', permissions: {}, hashes: { 'SKILL.md': `sha256:${'a'.repeat(64)}` } },
    publisher: { keys: [formatPublicKey(key).trimEnd()] },
  };
  const bytes = new TextEncoder().encode(signManifest(manifest, key.secretKey, 'carol'));
  const { context: _, mounts: __, ...rest } = sampleRequest({ manifest: bytes, keys: [] });
  const request = { ...rest, publisher: true } as const;
  const { introduce } = start();
  const introduced = await introduce(request);
  expect(introduced).toEqual({ ok: true, value: { key: formatPublicKey(key), skillId: 'mail', version: '1' } });
  expect(introduced).toEqual(judgePublisher(request));
  expect(await introduce({ ...request, entries: [] })).toMatchObject({
    error: { code: 'manifest-refused', refusals: [{ code: 'missing-file' }] },
  });
});

test('a detached signature, revocations and the time reach the worker', async () => {
  const { manifest, detached } = signDetached(
    { skill_id: 'mail', version: '1', permissions: {}, hashes: {}, expires: '2026-12-31T00:00:00Z' },
    carol.secretKey,
    'carol',
  );
  const parts = { entries: [], keys: [carol], manifest: new TextEncoder().encode(manifest) };
  const request = sampleRequest({ ...parts, detached: new TextEncoder().encode(detached) });
  const { bind } = start();
  expect(await bind(request)).toMatchObject({ ok: true, value: { summary: { keyName: 'carol', created: null } } });
  const codes = async (more: object) => {
    const bound = await bind({ ...request, ...more });
    return bound.ok || bound.error.code !== 'manifest-refused' ? bound : bound.error.refusals.map(({ code }) => code);
  };
  expect(await codes({ detached: null })).toEqual(['unsigned']);
  expect(await codes({ now: Date.parse('2027-01-01T00:00:00Z') })).toEqual(['expired']);
  const revocation = { keyId: carol.keyId, date: '2026-05-01T00:00:00Z', reason: 'stolen' };
  expect(await codes({ revocations: [revocation] })).toEqual(['revoked-key']);
});
