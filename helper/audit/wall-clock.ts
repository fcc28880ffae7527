/** Both clocks at one moment: nanoseconds of CLOCK_MONOTONIC, and microseconds since 1970 by the wall clock. */
export type ClockSample = { readonly monotonicNs: bigint; readonly wallUs: bigint };

export function sampleClocks(): ClockSample {
  return { monotonicNs: process.hrtime.bigint(), wallUs: BigInt(Date.now()) * 1000n };
}

/** Below this the difference is the millisecond grain of the wall clock and its slow adjustment. */
const SLEW_US = 20_000n;

/** Turns monotonic times into wall times, with one offset until somebody moves the wall clock. */
export class WallClock {
  private offsetUs: bigint;
  private readonly sample: () => ClockSample;

  constructor(sample: () => ClockSample = sampleClocks) {
    this.sample = sample;
    this.offsetUs = offsetOf(sample());
  }

  nowNs(): bigint {
    return this.sample().monotonicNs;
  }

  /** Looks at the clocks again. Milliseconds by which the wall clock was moved since the last look, 0 for none. */
  adjust(): number {
    const offsetUs = offsetOf(this.sample());
    const stepUs = offsetUs - this.offsetUs;
    if (stepUs < SLEW_US && stepUs > -SLEW_US) return 0;
    this.offsetUs = offsetUs;
    return Number(stepUs / 1000n);
  }

  /** RFC 3339 in UTC with microseconds. */
  timestamp(monotonicNs: bigint): string {
    const us = monotonicNs / 1000n + this.offsetUs;
    const seconds = new Date(Number(us / 1000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(us % 1_000_000n).padStart(6, '0')}Z`;
  }
}

function offsetOf(sample: ClockSample): bigint {
  return sample.wallUs - sample.monotonicNs / 1000n;
}
