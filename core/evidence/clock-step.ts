/** When something happened, by both clocks. */
export type ClockReading = {
  readonly boot_id: string;
  readonly mono_ns: string;
  readonly timestamp: string;
  readonly seq: number;
};

/** The wall clock moved against the monotonic one: somebody set it, or the machine slept (then it moves forward). */
export type ClockStep = { readonly seq: number; readonly milliseconds: number };

/** Smaller differences are drift and the order in which events arrive. */
const TOLERATED_MS = 1000;

/** How far the wall clock was moved between two records of one boot; null if it was not. */
export function clockStep(before: ClockReading | null, after: ClockReading): ClockStep | null {
  if (before === null || before.boot_id !== after.boot_id) return null;
  const milliseconds = Math.round(offsetMs(after) - offsetMs(before));
  return Math.abs(milliseconds) > TOLERATED_MS ? { seq: after.seq, milliseconds } : null;
}

/** Wall clock minus monotonic clock, in milliseconds. */
function offsetMs(reading: ClockReading): number {
  return Date.parse(reading.timestamp) - Number(BigInt(reading.mono_ns) / 1_000_000n);
}
