/**
 * The time that a stage lasts: it is counted while the machine runs, by a clock that nobody can set back, and ends at the latest when the
 * wall clock says so. Setting that one forward only ends a stage early; a machine without a battery for it starts in 1970 and counts on.
 */
import type { BootMoment } from '../mode/boot-clock.ts';
import type { StageEnd } from './everyone-file.ts';

const NS_A_SECOND = 1_000_000_000n;
/** How often what is left is written down; the most that a start of the machine can lose, and what each is taken to have lost. */
export const NOTED_EVERY_NS = 60n * NS_A_SECOND;

export function stageEnding({ bootId, bootNs, wallMs }: BootMoment, seconds: number): StageEnd {
  const at = new Date(wallMs + seconds * 1000).toISOString();
  return { at, leftNs: String(BigInt(seconds) * NS_A_SECOND), bootId, bootNs: String(bootNs) };
}

/** What is left of it, at most; 0: it is over. */
export function leftNs(end: StageEnd, now: BootMoment): bigint {
  if (now.wallMs >= Date.parse(end.at)) return 0n;
  const noted = BigInt(end.bootNs);
  const same = end.bootId === now.bootId;
  const passed = same ? now.bootNs - noted : now.bootNs + NOTED_EVERY_NS;
  const left = BigInt(end.leftNs) - passed;
  return left > 0n ? left : 0n;
}

/** The same end, noted again; null: it was noted just now. */
export function notedAgain(end: StageEnd, now: BootMoment): StageEnd | null {
  if (end.bootId === now.bootId && now.bootNs - BigInt(end.bootNs) < NOTED_EVERY_NS) return null;
  return { at: end.at, leftNs: String(leftNs(end, now)), bootId: now.bootId, bootNs: String(now.bootNs) };
}
