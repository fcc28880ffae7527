import { readFileSync } from 'node:fs';
import { GuestError } from './guest-error.ts';

const WANTED_MIB = 3072;
const LEAST_MIB = 1536;
/** What the machine keeps for itself. */
const RESERVE_MIB = 512;

/** Memory of the guest in MiB: 3 GiB, less on a small machine. @throws GuestError `memory` */
export function chooseMemory(meminfo = readFileSync('/proc/meminfo', 'utf8')): number {
  const available = Math.floor(Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) / 1024);
  const share = Math.min(WANTED_MIB, available - RESERVE_MIB);
  if (share >= LEAST_MIB) return share;
  throw new GuestError(
    'memory',
    `The guest needs ${LEAST_MIB + RESERVE_MIB} MiB of free memory, this machine has ${available} MiB.`,
    'Close some programs, or give this machine more memory.',
  );
}
