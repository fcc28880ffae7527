import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../core/evidence/digest.ts';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { type AuditError, AuditFailure } from './audit-error.ts';
import { AuditService } from './audit-service.ts';
import { SYSTEM_CALLS } from './durable-file.ts';
import { EvidenceLog } from './evidence-log.ts';
import { segmentNames } from './log-files.ts';
import { openLogKey } from './log-key.ts';
import type { AuditOptions } from './options.ts';
import { temporaryLog } from './testing/temporary-log.ts';
import { verifyLog } from './verify-log.ts';
import { WallClock } from './wall-clock.ts';

let options: AuditOptions;
let remove: () => void;
beforeEach(() => {
  ({ options, remove } = temporaryLog({ segmentBytes: 4000 }));
});
afterEach(() => remove());

function session(further: Partial<AuditOptions> = {}, records = 30): void {
  const opened = AuditService.open({ ...options, ...further }, () => undefined);
  if (!opened.ok) throw new Error(opened.error.message);
  for (let index = 0; index < records; index++) opened.value.append([[{ kind: 'note', path: `/home/dev/${index}` }]]);
  opened.value.close('done');
}

function refusal(): AuditError {
  const opened = AuditService.open(options, () => undefined);
  if (opened.ok) throw new Error('the log was opened');
  return opened.error;
}

const file = (name: string) => join(options.directory, name);
const lastSegment = () => file(segmentNames(options.directory).at(-1)!);
const lines = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const recordsOf = (path: string) => lines(path).map((line) => JSON.parse(line) as EvidenceRecord);
const allRecords = () => segmentNames(options.directory).flatMap((name) => recordsOf(file(name)));

describe('a torn tail', () => {
  test.each([
    ['half a record', '{"action":null,"boot_id"'],
    ['pages the disk never got', `${'\0'.repeat(5000)}\n{"kind":"note"}\n`],
    ['bytes that are no text', Buffer.of(0xff, 0xfe, 0x00, 0x0a, 0x7b)],
  ])('%s is cut off, kept, and told', (_, tail) => {
    session();
    const size = statSync(lastSegment()).size;
    const segment = segmentNames(options.directory).at(-1)!;
    appendFileSync(lastSegment(), tail);
    session({}, 0);
    const [gap, ...more] = allRecords().filter(({ kind }) => kind === 'gap');
    expect(more).toEqual([]);
    expect(gap).toMatchObject({
      cause: 'torn-tail',
      cut_bytes: Buffer.byteLength(tail),
      cut_sha256: digestOf(Buffer.from(tail)),
    });
    expect(gap!.kept_as).toMatch(new RegExp(`^cut/${segment}-${size}-`));
    expect(readFileSync(file(String(gap!.kept_as)))).toEqual(Buffer.from(tail));
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 1 });
  });

  test('a whole record whose newline is missing was never acknowledged', () => {
    session();
    const records = allRecords().length;
    const line = JSON.stringify({ kind: 'note' });
    appendFileSync(lastSegment(), line);
    session({}, 0);
    expect(allRecords()[records]).toMatchObject({ kind: 'gap', cut_bytes: line.length });
  });

  test('a crash before the gap was told does not hide it', () => {
    session();
    mkdirSync(file('cut'));
    writeFileSync(file('cut/000000000001.jsonl-10-0123456789abcdef.pending'), 'lost');
    session({}, 0);
    expect(allRecords().filter(({ kind }) => kind === 'gap')).toMatchObject([{ cut_bytes: 4 }]);
    session({}, 0);
    expect(allRecords().filter(({ kind }) => kind === 'gap')).toHaveLength(1);
  });

  test('a segment that was only just made, empty or torn', () => {
    session();
    const next = allRecords().length + 1;
    writeFileSync(file(`${String(next).padStart(12, '0')}.jsonl`), '');
    session({}, 1);
    expect(allRecords()[next - 1]!.kind).toBe('segment.started');
    const later = allRecords().length + 1;
    writeFileSync(file(`${String(later).padStart(12, '0')}.jsonl`), '{"action"');
    session({}, 1);
    expect(
      allRecords()
        .slice(later - 1)
        .map(({ kind }) => kind),
    ).toContain('gap');
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, gaps: 1 });
  });

  test('a torn checkpoint is cut off and told', () => {
    session();
    appendFileSync(file('checkpoints'), 'ringfence/abc\n12\nAAAA');
    session({}, 0);
    expect(allRecords().filter(({ kind }) => kind === 'gap')).toMatchObject([{ cause: 'torn-checkpoint' }]);
    expect(verifyLog(options.directory).ok).toBe(true);
  });

  test('a log torn in its first record starts again', () => {
    mkdirSync(options.directory, { recursive: true });
    writeFileSync(file('000000000001.jsonl'), '{"act');
    session({}, 0);
    expect(allRecords().map(({ kind }) => kind)).toEqual(['log.created', 'gap', 'helper.started', 'helper.stopped']);
    expect(verifyLog(options.directory).ok).toBe(true);
  });
});

describe('a broken log is refused', () => {
  const spoil: [string, () => void, RegExp][] = [
    [
      'a changed record',
      () => rewriteLast((all) => all.with(-2, all.at(-2)!.replace('"note"', '"nope"'))),
      /record \d+ .*evidence_hash/,
    ],
    ['a record gone', () => rewriteLast((all) => all.toSpliced(-2, 1)), /missing/],
    ['records a checkpoint covers cut off', () => rewriteLast((all) => all.slice(0, -1)), /were signed/],
    [
      'the last record cut in half',
      () => truncateSync(lastSegment(), statSync(lastSegment()).size - 10),
      /were signed/,
    ],
    ['the last segment gone', () => rmSync(lastSegment()), /were signed/],
    ['the first segment gone', () => rmSync(file('000000000001.jsonl')), /000000000001.jsonl is missing/],
    [
      'all segments gone',
      () => segmentNames(options.directory).forEach((name) => void rmSync(file(name))),
      /checkpoints are there/,
    ],
    ['the segment before changed at its end', () => rewriteBefore(), /does not follow|damaged/],
    [
      'a forged checkpoint',
      () =>
        writeFileSync(file('checkpoints'), readFileSync(file('checkpoints'), 'utf8').replaceAll(/\n\d+\n/g, '\n2\n')),
      /last checkpoint/,
    ],
  ];

  test.each(spoil)('%s', (_, change, message) => {
    session();
    change();
    const before = snapshot();
    const error = refusal();
    expect(error).toMatchObject({ code: 'log-broken', remedy: expect.stringContaining('audit verify') as string });
    expect(error.message).toMatch(message);
    expect(snapshot()).toEqual(before);
    expect(verifyLog(options.directory).ok).toBe(false);
  });

  test('with another key', () => {
    session();
    renameSync(options.keyDirectory, `${options.keyDirectory}.old`);
    expect(refusal()).toMatchObject({ code: 'log-broken', message: expect.stringContaining('another key') as string });
  });

  test('and set aside if that is asked for: the new log names it', () => {
    session();
    rewriteLast((all) => all.with(-2, all.at(-2)!.replace('"note"', '"nope"')));
    const before = snapshot();
    session({ onBrokenLog: 'set-aside' }, 0);
    const [created] = allRecords() as [EvidenceRecord & { predecessor: { directory: string; message: string } }];
    expect(created.predecessor.message).toMatch(/not intact/);
    expect(snapshot(created.predecessor.directory)).toEqual(before);
    expect(verifyLog(options.directory).ok).toBe(true);
  });

  function rewriteLast(change: (all: string[]) => string[]): void {
    writeFileSync(
      lastSegment(),
      change(lines(lastSegment()))
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  function rewriteBefore(): void {
    const path = file(segmentNames(options.directory).at(-2)!);
    writeFileSync(
      path,
      lines(path)
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  function snapshot(directory = options.directory): Record<string, string> {
    return Object.fromEntries(
      readdirSync(directory)
        .filter((name) => name !== 'cut')
        .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
    );
  }
});

describe('a failing disk', () => {
  function logOn(calls: Partial<typeof SYSTEM_CALLS>, segmentBytes = 1_000_000): EvidenceLog {
    const key = openLogKey(options.keyDirectory);
    if (!key.ok) throw new Error(key.error.message);
    mkdirSync(options.directory, { recursive: true });
    const settings = {
      directory: options.directory,
      key: key.value,
      clock: new WallClock(),
      bootId: 'b',
      segmentBytes,
      calls: { ...SYSTEM_CALLS, ...calls },
    };
    return EvidenceLog.open(settings, () => []).log;
  }

  const note = { build: () => ({ kind: 'note' }) };
  const codeOf = (action: () => unknown) => {
    try {
      action();
    } catch (problem) {
      return problem instanceof AuditFailure ? problem.error.code : problem;
    }
    return 'none';
  };

  test('that is full takes nothing, and goes on when there is room', () => {
    let room = Number.POSITIVE_INFINITY;
    const write = (fd: number, bytes: Uint8Array, offset: number) => {
      if (room <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const count = SYSTEM_CALLS.write(fd, bytes.subarray(0, Math.min(bytes.length, offset + room)), offset);
      room -= count;
      return count;
    };
    const log = logOn({ write });
    room = 100;
    expect(codeOf(() => log.append([note]))).toBe('disk-full');
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, records: 1 });
    room = Number.POSITIVE_INFINITY;
    expect(log.append([note])[0]!.record.seq).toBe(2);
    log.close();
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, records: 2 });
  });

  test('that is full just after a new segment was started tells of it with the next record', () => {
    let failing = -1;
    const write = (fd: number, bytes: Uint8Array, offset: number) => {
      if (failing-- === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return SYSTEM_CALLS.write(fd, bytes, offset);
    };
    const log = logOn({ write }, 1);
    failing = 1;
    expect(codeOf(() => log.append([note]))).toBe('disk-full');
    const kinds = log.append([note]).map(({ record }) => record.kind);
    log.close();
    expect(kinds.slice(0, 1)).toEqual(['segment.started']);
    expect(kinds.at(-1)).toBe('note');
    expect(verifyLog(options.directory)).toMatchObject({ ok: true, records: 1 + kinds.length });
  });

  test('that does not confirm stops the log until it is opened anew', () => {
    let works = true;
    const sync = (fd: number) => {
      if (!works) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      SYSTEM_CALLS.sync(fd);
    };
    const log = logOn({ sync });
    works = false;
    expect(codeOf(() => log.append([note]))).toBe('sync-failed');
    works = true;
    expect(codeOf(() => log.append([note]))).toBe('sync-failed');
    log.close();
    expect(codeOf(() => logOn({}).append([note]))).toBe('none');
  });
});

test('a moved wall clock is a record', () => {
  let wallUs = 1_000_000_000_000n;
  const clock = new WallClock(() => ({
    monotonicNs: process.hrtime.bigint(),
    wallUs: wallUs + process.hrtime.bigint() / 1000n,
  }));
  const key = openLogKey(options.keyDirectory);
  if (!key.ok) throw new Error(key.error.message);
  mkdirSync(options.directory, { recursive: true });
  const { log } = EvidenceLog.open({ directory: options.directory, key: key.value, clock, bootId: 'b' }, () => []);
  wallUs -= 3_600_000_000n;
  const written = log.append([{ build: () => ({ kind: 'note' }) }]);
  log.close();
  expect(written.map(({ record }) => record.kind)).toEqual(['clock.changed', 'note']);
  expect(written[0]!.record.step_ms).toBeCloseTo(-3_600_000, -2);
  expect(verifyLog(options.directory).clockSteps).toMatchObject([{ seq: 2 }]);
});
