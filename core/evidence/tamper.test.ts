import { describe, expect, test } from 'vitest';
import { canonicalText } from './canonical.ts';
import { originOf, signCheckpoint } from './checkpoint.ts';
import { digestOf } from './digest.ts';
import { publicKeyOf } from './ed25519.ts';
import { formatPublicKey } from './key-file.ts';
import { frontierRoot } from './merkle.ts';
import { keyIdOf, parseNote, signNote } from './note.ts';
import type { EvidenceRecord } from './record.ts';
import { evidenceHash } from './seal.ts';
import { type LogBytes, SampleLog, sampleDraft, sixtyRecords, verifyBytes } from './testing/sample-log.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The line of record `seq`, and where it is. */
function lineAt(log: SampleLog, seq: number): { lines: Uint8Array[]; index: number } {
  let before = 0;
  for (const { lines } of log.segments) {
    if (seq <= before + lines.length) return { lines, index: seq - before - 1 };
    before += lines.length;
  }
  throw new Error(`no record ${seq}`);
}

function rewrite(log: SampleLog, seq: number, change: (line: string) => string): SampleLog {
  const { lines, index } = lineAt(log, seq);
  lines[index] = bytesOf(change(textOf(lines[index]!)));
  return log;
}

/** A record with other content and the hash that fits it. */
function reseal(line: string, change: Partial<EvidenceRecord>): string {
  const record = { ...(JSON.parse(line) as EvidenceRecord), ...change };
  const hash = evidenceHash(record);
  const text = hash.ok ? canonicalText({ ...record, evidence_hash: hash.value }) : hash;
  if (!text.ok) throw new Error(text.error.message);
  return text.value as string;
}

function found(log: SampleLog, options = {}): [number | null, string | undefined] {
  const { firstBad, damage } = log.verify(options);
  return [firstBad, damage?.kind];
}

test('the untouched log verifies', () => {
  const log = sixtyRecords();
  expect(log.verify({ publicKey: publicKeyOf(log.secretKey) })).toMatchObject({
    ok: true,
    records: 60,
    checkpoints: 6,
    anchoredSize: 60,
    root: frontierRoot(log.state.frontier).toBase64(),
    clockSteps: [],
    keySource: 'given',
  });
});

describe('content', () => {
  test('one flipped bit in any byte of a segment is found at its record', () => {
    const log = new SampleLog();
    for (let seq = 2; seq <= 4; seq++) log.append({ kind: 'note', path: `/${seq}`, verdict: 'block' });
    log.checkpoint();
    const files = log.files();
    const { bytes } = files.segments[0]!;
    let seq = 1;
    for (const [offset, byte] of bytes.entries()) {
      const flipped = bytes.slice();
      flipped[offset] = byte ^ (1 << (offset % 8));
      const verification = verifyBytes({ ...files, segments: [{ name: files.segments[0]!.name, bytes: flipped }] });
      expect(verification.firstBad, `byte ${offset}`).toBe(seq);
      expect(verification.damage?.kind).toMatch(/^(not-a-record|not-canonical|changed|torn-record|other-log)$/);
      if (byte === 0x0a) seq += 1;
    }
  });

  test.each<[string, (line: string) => string]>([
    ['the verdict', (line) => line.replace('"verdict":"block"', '"verdict":"allow"')],
    ['the rule', (line) => line.replace('"id":3', '"id":4')],
    ['the policy', (line) => line.replace('cccc', 'dddd')],
    ['a field that is new', (line) => line.replace('"action"', '"a":1,"action"')],
    ['the number', (line) => line.replace('"seq":33', '"seq":34')],
  ])('%s changed: the record does not fit its hash', (_, change) => {
    expect(found(rewrite(sixtyRecords(), 33, change))).toEqual([33, 'changed']);
  });

  test('changed with a fitting hash: the next record does not follow it', () => {
    const log = rewrite(sixtyRecords(), 33, (line) => reseal(line, { verdict: 'allow' }));
    expect(found(log)).toEqual([34, 'broken-link']);
  });

  test('the last record changed with a fitting hash: the checkpoint differs', () => {
    const log = rewrite(sixtyRecords(), 60, (line) => reseal(line, { verdict: 'allow' }));
    expect(found(log)).toEqual([51, 'root-mismatch']);
  });

  test.each<[string, (line: string) => string]>([
    ['a space', (line) => line.replace(',"', ', "')],
    [
      'keys in another order',
      (line) =>
        `{${line
          .slice(1, -1)
          .split(/,(?="verdict")/)
          .toReversed()
          .join(',')}}`,
    ],
    ['a number written otherwise', (line) => line.replace('"seq":33', '"seq":3.3e1')],
    ['an escape nobody needs', (line) => line.replace('"mail"', '"\\u006dail"')],
    ['a key that comes twice', (line) => line.replace('"seq":33', '"seq":33,"seq":33')],
    ['a key that comes twice, first with a lie', (line) => line.replace('"verdict":', '"verdict":"allow","verdict":')],
    ['a byte order mark', (line) => `\ufeff${line}`],
  ])('%s means the same and is not the record', (_, change) => {
    const [seq, kind] = found(rewrite(sixtyRecords(), 33, change));
    expect(seq).toBe(33);
    expect(kind).toMatch(/^(not-canonical|not-a-record)$/);
  });
});

describe('order', () => {
  test('a record deleted', () => {
    const log = sixtyRecords();
    const { lines, index } = lineAt(log, 33);
    lines.splice(index, 1);
    expect(found(log)).toEqual([33, 'missing']);
  });

  test('the first record deleted', () => {
    const log = sixtyRecords();
    log.segments[0]!.lines.shift();
    expect(found(log)).toEqual([1, 'missing']);
  });

  test('two records swapped', () => {
    const log = sixtyRecords();
    const { lines, index } = lineAt(log, 33);
    [lines[index], lines[index + 1]] = [lines[index + 1]!, lines[index]!];
    expect(found(log)).toEqual([33, 'reordered']);
  });

  test('a record twice', () => {
    const log = sixtyRecords();
    const { lines, index } = lineAt(log, 33);
    lines.splice(index, 0, lines[index]!);
    expect(found(log)).toEqual([33, 'repeated']);
  });

  test('a record inserted with a fitting link', () => {
    const log = sixtyRecords();
    const { lines, index } = lineAt(log, 33);
    lines.splice(index, 0, bytesOf(reseal(textOf(lines[index]!), { path: '/invented' })));
    expect(found(log)).toEqual([33, 'repeated']);
  });

  test('everything from a record on rewritten without the key', () => {
    const log = sixtyRecords();
    let prev: string | null = null;
    for (let seq = 33; seq <= 60; seq++) {
      rewrite(log, seq, (line) => {
        const link: Partial<EvidenceRecord> = prev === null ? { verdict: 'allow' } : { prev };
        const text = reseal(line, link);
        prev = (JSON.parse(text) as EvidenceRecord).evidence_hash;
        return text;
      });
    }
    const { damages, firstBad, anchoredSize } = log.verify();
    expect([firstBad, damages[0]?.kind, anchoredSize]).toEqual([31, 'root-mismatch', 30]);
  });
});

describe('files', () => {
  test('the tail cut within a record', () => {
    const files = sixtyRecords().files();
    const last = files.segments[2]!;
    const { firstBad, damage } = verifyBytes(withLast(files, last.bytes.slice(0, -20)));
    expect([firstBad, damage?.kind]).toEqual([60, 'torn-record']);
  });

  test('whole records cut from the tail', () => {
    const log = sixtyRecords();
    log.segments[2]!.lines.splice(-3);
    expect(found(log)).toEqual([58, 'truncated']);
  });

  test('the tail cut at a checkpoint, and the checkpoints with it, needs an anchor', () => {
    const log = sixtyRecords();
    const kept = log.checkpoints.at(-1)!;
    log.segments[2]!.lines.splice(-10);
    log.checkpoints.pop();
    expect(log.verify().ok).toBe(true);
    expect(found(log, { minimumSize: 60 })).toEqual([51, 'truncated']);
    expect(found(log, { anchor: kept })).toEqual([51, 'truncated']);
  });

  test.each([
    [0, 1],
    [1, 21],
    [2, 41],
  ])('segment %i gone', (index, seq) => {
    const log = sixtyRecords();
    log.segments.splice(index, 1);
    expect(found(log)).toEqual([seq, index === 2 ? 'truncated' : 'missing-segment']);
  });

  test.each([
    [0, 1, 'missing-segment'],
    [1, 21, 'missing-segment'],
    [2, 41, 'truncated'],
  ])('segment %i emptied', (index, seq, kind) => {
    const log = sixtyRecords();
    log.segments[index]!.lines = [];
    expect(found(log)).toEqual([seq, kind]);
  });

  test('everything emptied needs an anchor, which the checkpoints are as long as they are there', () => {
    const log = sixtyRecords();
    log.segments = [];
    expect(found(log)).toEqual([1, 'truncated']);
    log.checkpoints = [];
    expect(log.verify().ok).toBe(true);
    expect(found(log, { minimumSize: 1 })).toEqual([1, 'truncated']);
  });

  test('two files with each other’s names', () => {
    const log = sixtyRecords();
    const [first, second, third] = log.segments as [
      SampleLog['segments'][0],
      SampleLog['segments'][0],
      SampleLog['segments'][0],
    ];
    log.segments = [first, { name: second.name, lines: third.lines }, { name: third.name, lines: second.lines }];
    expect(found(log)).toEqual([21, 'missing']);
  });

  test('a segment that lies about the tree before it', () => {
    const log = rewrite(sixtyRecords(), 21, (line) =>
      reseal(line, { tree: { size: 20, hashes: ['0'.repeat(64), '1'.repeat(64)] } }),
    );
    expect(found(log)).toEqual([21, 'tree-mismatch']);
  });
});

describe('checkpoints', () => {
  const withCheckpoint = (change: (note: string, log: SampleLog) => string): SampleLog => {
    const log = sixtyRecords();
    log.checkpoints[3] = change(log.checkpoints[3]!, log);
    return log;
  };

  test('the last signature stripped', () => {
    const log = sixtyRecords();
    log.checkpoints[5] = log.checkpoints[5]!.replace(/— .*\n/, '');
    const { ok, damages } = log.verify();
    expect([ok, damages.map(({ kind }) => kind)]).toEqual([false, ['unsigned-checkpoint']]);
  });

  test('a signature in the middle stripped', () => {
    const log = withCheckpoint((note) => note.replace(/— .*\n/, ''));
    expect(log.verify().damages.map(({ kind }) => kind)).toContain('malformed-checkpoint');
  });

  test('signed by another key', () => {
    expect(
      found(
        withCheckpoint((note) =>
          signNote(textOfNote(note), { name: originOf('00112233'), secretKey: new Uint8Array(32).fill(9) }),
        ),
      ),
    ).toEqual([40, 'unknown-key']);
  });

  test('signed by another key under the id of the log’s key', () => {
    const log = withCheckpoint((note, own) => {
      const origin = originOf(own.logId);
      const forged = parseNote(signNote(textOfNote(note), { name: origin, secretKey: new Uint8Array(32).fill(9) }));
      if (!forged.ok) throw new Error(forged.error.message);
      const id = keyIdOf(origin, publicKeyOf(own.secretKey));
      return `${textOfNote(note)}\n— ${origin} ${Uint8Array.of(...id, ...forged.value.signatures[0]!.signature).toBase64()}\n`;
    });
    expect(found(log)).toEqual([40, 'bad-signature']);
  });

  test('two of one size with different roots, both signed', () => {
    const log = sixtyRecords();
    const forked = signCheckpoint({ origin: originOf(log.logId), size: 60, root: new Uint8Array(32) }, log.secretKey);
    log.checkpoints.push(forked);
    expect(found(log)).toEqual([60, 'forked-checkpoints']);
  });

  test('one that covers less after one that covers more', () => {
    const log = sixtyRecords();
    log.checkpoints.push(log.checkpoints[2]!);
    expect(found(log)).toEqual([30, 'checkpoint-order']);
  });

  test('a forged change of keys', () => {
    const log = sixtyRecords();
    const forger = new Uint8Array(32).fill(9);
    log.append({ kind: 'key.rotated', public_key: formatPublicKey(publicKeyOf(forger), 'test').trimEnd() });
    log.append(sampleDraft(62));
    log.checkpoint(forger);
    expect(found(log)).toEqual([62, 'unknown-key']);
    expect(log.verify().anchoredSize).toBe(60);
  });

  test('a whole log forged with another key is found with the key from outside', () => {
    const real = sixtyRecords();
    const forged = sixtyRecords('00112233', 9);
    expect(forged.verify()).toMatchObject({ ok: true, keySource: 'log' });
    expect(found(forged, { publicKey: publicKeyOf(real.secretKey) })).toEqual([1, 'other-key']);
  });

  test('none at all', () => {
    const log = sixtyRecords();
    log.checkpoints = [];
    expect(found(log)).toEqual([1, 'no-checkpoint']);
  });
});

describe('two machines', () => {
  test('segments of another log', () => {
    const log = sixtyRecords();
    log.segments[1] = sixtyRecords('ffeeddcc').segments[1]!;
    expect(found(log)).toEqual([21, 'broken-link']);
  });

  test('checkpoints of another log', () => {
    const log = sixtyRecords();
    log.checkpoints = sixtyRecords('ffeeddcc').checkpoints;
    expect(found(log)).toEqual([10, 'other-log']);
  });

  test('another log appended', () => {
    const log = sixtyRecords();
    const other = new SampleLog('ffeeddcc');
    rewrite(other, 1, (line) => reseal(line, { seq: 61 }));
    log.segments[2]!.lines.push(other.segments[0]!.lines[0]!);
    expect(found(log)).toEqual([61, 'other-log']);
  });

  test('a first record under another log’s name', () => {
    const log = rewrite(sixtyRecords(), 1, (line) => reseal(line, { log_id: 'ffeeddcc' }));
    expect(found(log)).toEqual([1, 'other-log']);
  });
});

test('the wall clock set back is told, and is no damage', () => {
  const log = new SampleLog();
  log.append({ kind: 'note' });
  const { lines } = log.segments[0]!;
  const moved = reseal(textOf(lines[1]!), { timestamp: '2025-12-31T23:00:02.000000Z' });
  lines[1] = bytesOf(moved);
  const { clockSteps, damages } = log.verify();
  expect(clockSteps).toEqual([{ seq: 2, milliseconds: -3_600_000 }]);
  expect(damages.map(({ kind }) => kind)).toEqual(['no-checkpoint']);
});

test('a hash of the record’s own text is what evidence_hash is', () => {
  const line = textOf(lineAt(sixtyRecords(), 33).lines[lineAt(sixtyRecords(), 33).index]!);
  const { evidence_hash } = JSON.parse(line) as EvidenceRecord;
  expect(digestOf(line.replace(`"evidence_hash":"${evidence_hash}",`, ''))).toBe(evidence_hash);
});

function textOfNote(note: string): string {
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function withLast(files: LogBytes, bytes: Uint8Array): LogBytes {
  return { ...files, segments: files.segments.with(-1, { ...files.segments.at(-1)!, bytes }) };
}
