import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for programs, whatever it counts in itself. */
const TICKS_A_SECOND = 100;

/** What a process has had of a processor, in seconds, its threads included; 0 when it is gone. */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name before may hold anything; from the state on, fields 14 and 15 are utime and stime
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}
