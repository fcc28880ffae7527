import { execFileSync } from 'node:child_process';

/** What a kernel says when something is wrong with it. */
const TROUBLE =
  /WARNING: |BUG: |Oops: |KASAN|UBSAN|KFENCE|general protection fault|possible (recursive|circular) locking|self-detected stall|detected stalls|blocked for more than|refcount_t: |list_(add|del) corruption|scheduling while atomic|sleeping function called|Call Trace/;

/** Lines of a kernel's log that tell of trouble. */
export function troubleIn(log: string): string[] {
  return log.split('\n').filter((line) => TROUBLE.test(line));
}

export function kernelTrouble(): string[] {
  return troubleIn(execFileSync('dmesg', { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
}
