/** Which stretch of the log to read next. Records are numbered without holes, so a stretch of numbers is never missed. */

/** Records with `afterSeq < seq < beforeSeq`. */
export type Stretch = { readonly afterSeq: number; readonly beforeSeq: number };

/** Numbers in a stretch at least and at most. */
export const LEAST_WIDTH = 500;
export const MOST_WIDTH = 64_000;

/** The stretch before what is known, this many numbers wide; null: the log's beginning is reached. */
export function olderStretch(oldestKnown: number, width: number): Stretch | null {
  if (oldestKnown <= 1) return null;
  return { afterSeq: Math.max(0, oldestKnown - 1 - width), beforeSeq: oldestKnown };
}

/** Wider where little was found, so that a rare record far back is reached; as wide as at first where much was. */
export function nextWidth(width: number, found: number): number {
  if (found >= 50) return LEAST_WIDTH;
  return Math.min(MOST_WIDTH, width * 2);
}

/** From the last answer on within the same stretch; null: it is read to its end. `next` as `audit.page` gives it. */
export function restOf(stretch: Stretch, next: number | null): Stretch | null {
  if (next === null || next + 1 >= stretch.beforeSeq) return null;
  return { ...stretch, afterSeq: next };
}
