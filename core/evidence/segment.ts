/** A log is a row of files, each named after its first record: `000000000001.jsonl`. */

const NAME = /^(\d{12,16})\.jsonl$/;

/** A segment is closed before it would grow beyond this. Continuing a log reads its last one: this bounds how long the helper takes to start. */
export const SEGMENT_BYTES = 2 * 1024 * 1024;

export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(12, '0')}.jsonl`;
}

/** Number of the first record of the segment with this name; null if the name is not that of a segment. */
export function firstSequenceOf(name: string): number | null {
  const digits = NAME.exec(name)?.[1];
  if (digits === undefined) return null;
  const sequence = Number(digits);
  return sequence >= 1 && segmentName(sequence) === name ? sequence : null;
}
