import { afterEach, expect, test } from 'vitest';
import { verifyEvidence } from '../../core/evidence/verify.ts';
import { AuditFailure } from './audit-error.ts';
import { type AuditLog, openAuditLog } from './audit-log.ts';
import { temporaryLog } from './testing/temporary-log.ts';
import { verifyLog } from './verify-log.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function place() {
  const { options, remove } = temporaryLog();
  cleanups.push(remove);
  return options;
}

async function open(options = place()): Promise<AuditLog> {
  const opened = await openAuditLog(options);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test('what is appended is durable, found again, and verifies', async () => {
  const options = place();
  const log = await open(options);
  const told: number[] = [];
  log.onRecord((record) => told.push(record.seq));
  const receipts = await Promise.all([
    log.append([{ kind: 'session.started', session: '1', skill_id: 'mail' }]),
    log.append([
      { kind: 'policy.bound', session: '1' },
      { kind: 'refused', message: 'unsigned' },
    ]),
  ]);
  expect(receipts.map((list) => list.map(({ seq }) => seq))).toEqual([[3], [4, 5]]);
  const { record } = await log.get(4);
  expect(record).toMatchObject({ seq: 4, kind: 'policy.bound', evidence_hash: receipts[1]![0]!.evidenceHash });
  const page = await log.query({ limit: 10, session: '1', order: 'descending' });
  expect(page.entries.map((entry) => entry.record.seq)).toEqual([4, 3]);
  expect(await log.verify()).toMatchObject({ ok: true, records: 5, firstBad: null });
  await log.close('the test is over');
  expect(told).toEqual([3, 4, 5, 6]);
  expect(verifyLog(options.directory)).toMatchObject({
    ok: true,
    records: 6,
    anchoredSize: 6,
    gaps: 0,
    keySource: 'log',
  });
});

test('a restart continues the chain', async () => {
  const options = place();
  for (const reason of ['one', 'two', 'three']) await (await open(options)).close(reason);
  const log = await open(options);
  const { entries } = await log.query({ limit: 100 });
  expect(entries.map(({ record }) => record.kind)).toEqual([
    'log.created',
    ...['one', 'two', 'three'].flatMap(() => ['helper.started', 'helper.stopped']),
    'helper.started',
  ]);
  expect(await log.verify()).toMatchObject({ ok: true, records: 8 });
  await log.close('done');
});

test('events of a source module in the worker become records', async () => {
  const options = place();
  const log = await open(options);
  await log.describeSession({
    session: '1',
    skill_id: 'mail',
    owner_uid: 1000,
    policy_sha256: 'a'.repeat(64),
    rules: [],
    locations: [{ id: 1, name: '~/.ssh' }],
  });
  await log.attachKernel(new URL('./testing/scripted-source.ts', import.meta.url), { count: 50 });
  await expect.poll(async () => (await log.query({ limit: 100, verdicts: ['block'] })).entries.length).toBe(50);
  const { entries } = await log.query({ limit: 1, pathPrefix: '/home/dev/secret-7' });
  expect(entries[0]!.record).toMatchObject({
    skill_id: 'mail',
    owner_uid: 1000,
    location: '~/.ssh',
    kernel_sequence: '7',
  });
  await log.close('done');
  expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 0 });
});

test('each fault has its own code', async () => {
  const options = place();
  const log = await open(options);
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (problem: unknown) => (problem instanceof AuditFailure ? problem.error.code : problem),
    );
  const [bad, good] = [log.append([{ kind: 'x', pid: 0.5 }]), log.append([{ kind: 'x' }])];
  expect(await code(bad)).toBe('not-canonical');
  expect(await code(good)).toBe('none');
  expect(await code(log.get(999))).toBe('not-found');
  expect(await code(log.query({ limit: 0 }))).toBe('bad-query');
  expect(await code(log.attachKernel(new URL('./testing/none.ts', import.meta.url), null))).toBe('source-unusable');
  expect(await openAuditLog(options)).toMatchObject({ ok: false, error: { code: 'log-busy' } });
  await log.close('done');
  expect(await code(log.append([{ kind: 'x' }]))).toBe('closed');
});

test('an empty log verifies as nothing', () => {
  expect(verifyEvidence({ segments: [], checkpoints: '' })).toMatchObject({ ok: true, records: 0, origin: null });
});
