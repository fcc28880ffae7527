import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { accountRecord, SequenceLedger } from './sequence-ledger.ts';

test('knows what it was given, in any order, and across a restore', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (sequences) => {
      let ledger = new SequenceLedger('boot', 'one');
      for (const sequence of sequences) {
        expect(ledger.has(sequence)).toBe(false);
        ledger.add(sequence);
        ledger = SequenceLedger.restore(ledger.toRecord());
      }
      for (let sequence = 1; sequence <= 60; sequence++)
        expect(ledger.has(sequence)).toBe(sequences.includes(sequence));
      expect(ledger.holes().count()).toBe(Math.max(0, ...sequences) - sequences.length);
    }),
  );
});

test('what was declared lost is accounted for, and still taken when it comes', () => {
  const ledger = new SequenceLedger('boot', 'one');
  ledger.add(5);
  ledger.declareMissing(1, 4);
  expect(ledger.holes().count()).toBe(0);
  expect([4, 5].map((sequence) => ledger.has(sequence))).toEqual([false, true]);
  ledger.add(4);
  expect(ledger.has(4)).toBe(true);
});

test('records rebuild it', () => {
  const record = (fields: Partial<EvidenceRecord>) => ({ kind: 'decision', boot_id: 'b', ...fields }) as EvidenceRecord;
  const read = (records: EvidenceRecord[]) => records.reduce<SequenceLedger | null>(accountRecord, null);
  expect(read([record({ kernel_sequence: '1' })])).toBeNull();
  const ledger = read([
    record({ kind: 'kernel.attached', kernel_instance: 'x' }),
    record({ kernel_sequence: '1' }),
    record({ kernel_sequences: '3-4,8' }),
    record({ kind: 'gap', kernel_sequences: '5-7' }),
  ]);
  expect(ledger!.toRecord()).toEqual({ boot_id: 'b', instance: 'x', contiguous: '1', above: '3-8', missing: '5-7' });
  const restarted = record({ kind: 'kernel.attached', kernel_instance: 'y' });
  expect(accountRecord(ledger, restarted)!.has(1)).toBe(false);
  const rotated = record({ kind: 'segment.started', tree: { size: 0, hashes: [] }, kernel: ledger!.toRecord() });
  expect(read([rotated])!.toRecord()).toEqual(ledger!.toRecord());
});
