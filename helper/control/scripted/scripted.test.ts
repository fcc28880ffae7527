import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HelperEvent } from '../../../core/protocol/events.ts';
import type { MethodName, Params } from '../../../core/protocol/methods.ts';
import {
  sampleApproval,
  sampleGrant,
  sampleManifestView,
  sampleSession,
} from '../../../core/protocol/testing/samples.ts';
import type { Peer } from '../peer.ts';
import type { ServiceMethod } from '../services.ts';
import { type ScriptedServices, scriptedServices } from './services.ts';

const peer = (uid: number) => ({ pid: 900, uid, gid: uid, pidfd: null, session: null }) as Peer;
const ALICE = peer(1000);
const BOB = peer(1001);
const ROOT = peer(0);
const REFUSED = { status: { state: 'refused', because: 'timed-out' } };

let services: ScriptedServices;
let told: HelperEvent[];

function start(script: object): void {
  services = scriptedServices(script);
  told = [];
  services.listen((happened) => told.push(happened));
}

const call = <M extends MethodName & ServiceMethod>(method: M, params: object, who = ALICE) =>
  services.methods[method](params as Params<M>, who);
const decide = (id: number, option: string, who = ALICE) => call('approvals.decide', { id, option }, who);
const happened = () =>
  told.map(({ event, data }) => `${event} ${'outcome' in data ? `${data.id} ${data.outcome}` : ''}`.trim());
const open = () => services.snapshot().approvals.map(({ id }) => id);
const itinerary = { path: '/home/dev/Documents/itinerary.txt' };

describe('an answer', () => {
  test('of the session makes a grant and settles whoever asks the same', async () => {
    start({ approvals: [sampleApproval(1, 1000), sampleApproval(2, 1000), sampleApproval(3, 1000, itinerary)] });
    const answer = await decide(1, 'allow-session');
    expect(answer).toMatchObject({
      ok: true,
      value: { outcome: 'allowed', grant: { id: 1, option: 'allow-session' } },
    });
    expect(happened()).toEqual(['grant.made', 'approval.ended 1 allowed', 'approval.ended 2 allowed']);
    expect(open()).toEqual([3]);
    expect(services.snapshot().grants).toMatchObject([
      { id: 1, request: 1, object: '/home/dev/Documents/passport.txt' },
    ]);
  });

  test.each([
    ['allow-once', [2, 3, 4], false],
    ['allow-process', [3, 4], true],
    ['allow-15-minutes', [3], true],
    ['allow-rule', [], true],
  ])('%s leaves the questions %j open', async (option, left, makesGrant) => {
    const other = { chain: [{ pid: 4800, executable: '/usr/bin/cat' }] };
    const questions = [{}, {}, itinerary, other].map((more, at) => sampleApproval(at + 1, 1000, more));
    start({ approvals: questions });
    await decide(1, option);
    expect(open()).toEqual(left);
    expect(services.snapshot().grants).toHaveLength(makesGrant ? 1 : 0);
  });

  test('once, of what was refused, is a grant for the next attempt', async () => {
    start({ approvals: [sampleApproval(1, 1000, REFUSED)], grants: [sampleGrant(7, 1000)] });
    expect(await decide(1, 'allow-once')).toMatchObject({
      ok: true,
      value: { grant: { id: 8, until: expect.stringMatching(/Z$/) } },
    });
  });

  test('of no is one for all that ask the same, and no grant', async () => {
    start({ approvals: [sampleApproval(1, 1000), sampleApproval(2, 1000)] });
    expect(await decide(1, 'deny')).toEqual({ ok: true, value: { outcome: 'denied', grant: null } });
    expect(happened()).toEqual(['approval.ended 1 denied', 'approval.ended 2 denied']);
  });

  test('is refused to strangers, to what is over, and with an option that was not offered', async () => {
    start({ approvals: [sampleApproval(1, 1000, { options: ['deny', 'allow-once'] })] });
    expect(await decide(1, 'deny', BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await decide(9, 'deny')).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await decide(1, 'allow-session')).toMatchObject({ ok: false, error: { code: 'invalid-params' } });
    expect(told).toEqual([]);
  });

  test('by click needs no password, but for the rule; anyone else needs it', async () => {
    const approvals = [sampleApproval(1, 1000), sampleApproval(2, 1000, itinerary)];
    start({ approvals, answering: 'by-click', authorization: 'refused' });
    expect(services.answering(ALICE)).toBe('by-click');
    expect(await decide(1, 'allow-rule')).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    expect(await decide(1, 'allow-15-minutes')).toMatchObject({ ok: true });
    start({ approvals, authorization: 'refused' });
    expect([services.answering(ALICE), services.answering(ROOT)]).toEqual(['by-password', 'as-root']);
    expect(await decide(2, 'allow-once')).toMatchObject({ ok: false, error: { code: 'not-authorized' } });
    expect(await decide(2, 'allow-once', ROOT)).toMatchObject({ ok: true });
  });
});

test('a grant is taken back by whom it concerns, once', async () => {
  start({ grants: [sampleGrant(5, 1000)] });
  const revoke = (who: Peer) => call('approvals.revoke', { grant: 5 }, who);
  expect(await revoke(BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect(await revoke(ALICE)).toEqual({ ok: true, value: {} });
  expect(await revoke(ALICE)).toMatchObject({ ok: false });
  expect(happened()).toEqual(['grant.ended']);
});

test('what a test lets happen shows in the next snapshot', () => {
  start({});
  const emit = (event: string, data: object) => services.emit({ event, data } as HelperEvent);
  emit('session.started', sampleSession(1000));
  emit('approval.asked', sampleApproval(1, 1000));
  emit('grant.made', sampleGrant(1, 1000));
  expect(services.snapshot()).toMatchObject({
    sessions: [{ owner: 1000 }],
    approvals: [{ id: 1 }],
    grants: [{ id: 1 }],
  });
  emit('approval.asked', sampleApproval(1, 1000, REFUSED));
  expect(services.snapshot().approvals).toMatchObject([REFUSED]);
  emit('approval.ended', { id: 1, owner: 1000, session: 'sample-1', outcome: 'withdrawn', by: null });
  emit('grant.ended', sampleGrant(1, 1000));
  emit('session.ended', sampleSession(1000));
  expect(services.snapshot()).toMatchObject({ sessions: [], approvals: [], grants: [] });
});

describe('a manifest', () => {
  const DRAFT = JSON.stringify({ skill_id: 'mail-triage', version: '2', permissions: { exec: ['/usr/bin/jq'] } });
  const session = 'session-1000';
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scripted-manifest-'));
    path = join(folder, 'clawmanifest.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const startWith = (more: object = {}) =>
    start({ sessions: [sampleSession(1000)], manifests: { [session]: sampleManifestView({ path }) }, ...more });

  test('is shown to its owner and to root', async () => {
    startWith();
    expect(await call('manifest.get', { session })).toMatchObject({ ok: true, value: { owner: 1000, path } });
    expect(await call('manifest.get', { session }, ROOT)).toMatchObject({ ok: true });
    expect(await call('manifest.get', { session }, BOB)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });

  test('that was signed and written stands as signed by this machine, and the session keeps the old one', async () => {
    startWith();
    const signed = await call('manifest.sign', { session, draft: DRAFT });
    if (!signed.ok) throw new Error(signed.error.message);
    expect(JSON.parse(signed.value.manifest)).toMatchObject({ version: '2', signature: { signed_by: 'this-machine' } });
    expect(signed.value.path).toBe(path);
    expect(await call('manifest.get', { session })).toMatchObject({ value: { changedSince: false } });
    writeFileSync(path, signed.value.manifest);
    const view = await call('manifest.get', { session });
    expect(view).toMatchObject({ value: { changedSince: true, signature: { byThisMachine: true } } });
    expect(view.ok && JSON.parse(view.value.text).version).toBe('1.0.0');
  });

  test('is refused with place and remedy, or when polkit says no', async () => {
    startWith({ authorization: 'refused' });
    const draft = DRAFT.replace('/usr/bin/jq', 'jq');
    expect(await call('manifest.sign', { session, draft })).toMatchObject({
      error: { code: 'manifest-refused', refusals: [{ code: 'bad-path', pointer: 'permissions.exec[0]' }] },
    });
    expect(await call('manifest.sign', { session, draft: DRAFT })).toMatchObject({ error: { code: 'not-authorized' } });
    expect(await call('manifest.sign', { session, draft: DRAFT }, BOB)).toMatchObject({ error: { code: 'not-found' } });
  });
});
