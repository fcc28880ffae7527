import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { EVERYONE_RECORD } from '../../core/protocol/everyone.ts';
import type { Paint } from '../terminal/paint.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { moment } from '../terminal/time.ts';
import { visible } from '../terminal/visible.ts';
import { objectOf, processOf, shortReason, subjectOf } from './describe-record.ts';

/** Widths that fit what is usual; a longer cell pushes its line, so that following needs no look ahead. */
const WIDTHS = { id: 6, time: 19, verdict: 7, skill: 16, process: 18, action: 8, object: 36 } as const;

/** Kinds of records that are told by what was done. */
const JUDGED: ReadonlySet<string> = new Set(['decision', EVERYONE_RECORD]);

/** The word for what happened, padded and then painted. */
function verdictCell(record: EvidenceRecord, paint: Paint): string {
  const word = record.verdict === 'require_approval' ? 'asked' : (record.verdict ?? '-');
  const cell = word.padEnd(WIDTHS.verdict);
  if (record.verdict === 'block' || record.verdict === 'kill') return paint.bad(cell);
  if (record.verdict === 'require_approval' || record.verdict === 'audit') return paint.warn(cell);
  return record.verdict === 'allow' ? paint.good(cell) : paint.faint(cell);
}

export function printHeading({ print, paint }: Terminal): void {
  const cells = Object.entries(WIDTHS).map(([name, width]) => name.toUpperCase().padEnd(width));
  print(paint.strong([...cells, 'REASON'].join('  ')));
}

export function printRecord(record: EvidenceRecord, { print, paint }: Terminal): void {
  const count = record.count !== undefined && record.count > 1 ? ` (${record.count} times)` : '';
  const cells = [
    String(record.seq).padEnd(WIDTHS.id),
    moment(record.timestamp).padEnd(WIDTHS.time),
    verdictCell(record, paint),
    subjectOf(record).padEnd(WIDTHS.skill),
    processOf(record).padEnd(WIDTHS.process),
    visible(JUDGED.has(record.kind) ? (record.action ?? '') : record.kind).padEnd(WIDTHS.action),
    objectOf(record).padEnd(WIDTHS.object),
    `${shortReason(record)}${count}`,
  ];
  print(cells.join('  ').trimEnd());
}
