/** The clock that modes end by: it goes on while the machine sleeps, and nobody can set it back. */
import { readFileSync } from 'node:fs';

export interface BootMoment {
  /** Of this start of the machine. */
  readonly bootId: string;
  /** CLOCK_BOOTTIME. */
  readonly bootNs: bigint;
  /** Milliseconds since 1970, for people. */
  readonly wallMs: number;
}

const NS_A_HUNDREDTH = 10_000_000n;

/** To a hundredth of a second, as /proc/uptime has it. */
export function bootMoment(): BootMoment {
  const [seconds = '', hundredths = ''] = (readFileSync('/proc/uptime', 'utf8').split(' ')[0] ?? '').split('.');
  return {
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    bootNs: BigInt(`${seconds}${hundredths.padEnd(2, '0')}`) * NS_A_HUNDREDTH,
    wallMs: Date.now(),
  };
}
