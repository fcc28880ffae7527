import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { AuditFailure } from './audit-error.ts';
import { AuditService } from './audit-service.ts';
import { EvidenceLog } from './evidence-log.ts';
import { segmentNames } from './log-files.ts';
import type { AuditOptions } from './options.ts';
import { RangeSet } from './range-set.ts';
import { decision, ScriptedRing } from './testing/scripted-kernel.ts';
import { temporaryLog } from './testing/temporary-log.ts';
import { verifyLog } from './verify-log.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function place(further: Partial<AuditOptions> = {}): AuditOptions {
  const { options, remove } = temporaryLog(further);
  cleanups.push(remove);
  return options;
}

function open(options: AuditOptions): AuditService {
  const opened = AuditService.open(options, () => undefined);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

function drain(service: AuditService): void {
  while (service.pumpOnce());
}

function records(options: AuditOptions): EvidenceRecord[] {
  const texts = segmentNames(options.directory).map((name) => readFileSync(join(options.directory, name), 'utf8'));
  return texts
    .join('')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as EvidenceRecord);
}

/** Every kernel event the log speaks of, and how often. */
function accounted(options: AuditOptions): Map<number, number> {
  const seen = new Map<number, number>();
  for (const record of records(options)) {
    const ranges = RangeSet.parse(record.kernel_sequences ?? record.kernel_sequence ?? '').ranges;
    for (const [low, high] of ranges)
      for (let value = low; value <= high; value++) seen.set(value, (seen.get(value) ?? 0) + 1);
  }
  return seen;
}

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the kernel’s ring', () => {
  test('is committed once everything read is in the log, held repeats included', async () => {
    const options = place({ intake: { blockWindowMs: 40 } });
    const service = open(options);
    const ring = new ScriptedRing();
    service.attach(ring.open());
    ring.push(decision(1, { file: 'a' }), decision(2, { file: 'b' }));
    drain(service);
    expect(ring.committed).toBe(2);
    ring.push(decision(3, { file: 'a' }));
    drain(service);
    expect(ring.committed).toBe(2);
    ring.push(decision(4, { file: 'c' }));
    drain(service);
    expect(ring.committed).toBe(2);
    await settle(60);
    drain(service);
    expect(ring.committed).toBe(4);
    service.close('done');
    expect([...accounted(options).values()]).toEqual([1, 1, 1, 1]);
  });

  test('a stream that never pauses is committed all the same', async () => {
    const options = place({ intake: { blockWindowMs: 20 } });
    const service = open(options);
    const ring = new ScriptedRing();
    service.attach(ring.open());
    let sequence = 0;
    const lags: number[] = [];
    for (let round = 0; round < 40; round++) {
      for (let index = 0; index < 100; index++) ring.push(decision(++sequence, { file: `f${(sequence * 7) % 13}` }));
      drain(service);
      lags.push(sequence - ring.committed);
      await settle(5);
    }
    expect(ring.committed).toBeGreaterThan(sequence / 2);
    service.close('done');
    expect(ring.committed).toBe(sequence);
    expect(accounted(options).size).toBe(sequence);
    expect(records(options).length).toBeLessThan(sequence / 3);
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 0 });
  });

  test('a crash between the log and the commit neither repeats nor loses an event', () => {
    const options = place();
    const ring = new ScriptedRing();
    for (let index = 1; index <= 30; index++) ring.push(decision(index, { file: `f${index % 10}` }));
    // Killed: what was held is only in the ring, what was written is in both.
    crashed(options, ring);
    expect(ring.committed).toBe(0);
    const service = open({ ...options, indexFile: `${options.indexFile}.2` });
    service.attach(ring.open());
    drain(service);
    service.close('done');
    const seen = accounted(options);
    expect([seen.size, Math.max(...seen.values())]).toEqual([30, 1]);
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 0 });
  });

  test('events lost while the helper was down become a gap', async () => {
    const options = place({ intake: { holePatienceMs: 20 } });
    for (const [low, high] of [
      [1, 5],
      [9, 12],
    ] as const) {
      const ring = new ScriptedRing();
      for (let index = low; index <= high; index++) ring.push(decision(index, { file: `f${index}` }));
      const service = open(options);
      service.attach(ring.open());
      drain(service);
      await settle(40);
      drain(service);
      service.close('done');
    }
    const gaps = records(options).filter(({ kind }) => kind === 'gap');
    expect(gaps).toMatchObject([{ cause: 'kernel-events-lost', kernel_sequences: '6-8', count: 3 }]);
  });

  test('numbers start again with other programs, or after a boot', () => {
    const options = place();
    const run = (bootId: string, instance: string) => {
      const ring = new ScriptedRing();
      ring.push(decision(1, { file: bootId + instance }));
      const service = open({ ...options, bootId });
      service.attach(ring.open(instance));
      drain(service);
      service.close('done');
    };
    run('boot-1', 'a');
    run('boot-1', 'b');
    run('boot-2', 'b');
    run('boot-2', 'b');
    const decisions = records(options).filter(({ kind }) => kind === 'decision');
    expect(decisions.map(({ path }) => path)).toEqual(['boot-1a', 'boot-1b', 'boot-2b']);
  });

  test('what is in the log is known across rotations', () => {
    const options = place({ segmentBytes: 20_000 });
    const ring = new ScriptedRing();
    for (let index = 1; index <= 3000; index++) ring.push(decision(index, { file: `f${index}` }));
    for (let round = 0; round < 2; round++) {
      ring.committed = 0;
      const service = open(options);
      service.attach(ring.open());
      drain(service);
      service.close('done');
    }
    expect(segmentNames(options.directory).length).toBeGreaterThan(2);
    expect(records(options).filter(({ kind }) => kind === 'decision')).toHaveLength(3000);
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 0 });
  });

  test('an event that fits no record is a gap that names it', () => {
    const options = place();
    const ring = new ScriptedRing();
    ring.push(decision(1, { file: 'a' }), decision(2, { file: 'b', extra: { half: 0.5 } }), decision(3, { file: 'c' }));
    const service = open(options);
    service.attach(ring.open());
    drain(service);
    expect(ring.committed).toBe(3);
    service.close('done');
    const told = records(options).filter(({ kernel_sequence }) => kernel_sequence !== undefined);
    expect(told.map(({ kind }) => kind)).toEqual(['decision', 'gap', 'decision']);
    expect(told[1]).toMatchObject({ cause: 'unrecordable-event', kernel_sequence: '2' });
  });
});

test('checkpoints come by number, by time, and at the end', async () => {
  const options = place({ checkpointRecords: 10, checkpointIntervalMs: 1000 });
  const service = open(options);
  service.append([Array.from({ length: 9 }, () => ({ kind: 'note' }))]);
  expect(verifyLog(options.directory).anchoredSize).toBe(11);
  service.append([[{ kind: 'note' }]]);
  service.checkpointIfDue();
  expect(verifyLog(options.directory).anchoredSize).toBe(11);
  await settle(1010);
  service.checkpointIfDue();
  expect(verifyLog(options.directory)).toMatchObject({ anchoredSize: 12, checkpoints: 3 });
  await settle(1010);
  service.checkpointIfDue();
  expect(verifyLog(options.directory).checkpoints).toBe(3);
  service.close('done');
  expect(verifyLog(options.directory)).toMatchObject({ ok: true, anchoredSize: 13, checkpoints: 4 });
});

test('a checkpoint that cannot be written is no reason to write records twice', () => {
  const options = place({ checkpointRecords: 5 });
  const service = open(options);
  const ring = new ScriptedRing();
  for (let index = 1; index <= 20; index++) ring.push(decision(index, { file: `f${index}` }));
  service.attach(ring.open());
  const checkpoint = vi.spyOn(EvidenceLog.prototype, 'checkpoint').mockImplementation(() => {
    throw new AuditFailure({ code: 'disk-full', message: 'no room' });
  });
  drain(service);
  expect(service.append([[{ kind: 'note' }]])).toMatchObject([{ ok: true }]);
  expect(checkpoint).toHaveBeenCalled();
  checkpoint.mockRestore();
  service.close('done');
  expect(Math.max(...accounted(options).values())).toBe(1);
  expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 0 });
});

/** Takes everything from the ring and is then forgotten without a close, as a killed process is. */
function crashed(options: AuditOptions, ring: ScriptedRing): void {
  const service = open(options);
  service.attach(ring.open());
  drain(service);
}
