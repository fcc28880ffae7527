/** In the guest, as root: what the evidence log has got since it was last looked at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GuestRecord, recordSchema } from '../attacks/audit.ts';

const LOG = '/var/lib/ringfence/audit';

export class LogTail {
  /** Bytes that were read of each file. */
  readonly #read = new Map<string, number>();

  /** Whole lines alone: the last one may still be written. */
  next(): GuestRecord[] {
    const files = readdirSync(LOG).filter((name) => name.endsWith('.jsonl'));
    return files.sort().flatMap((name) => {
      const from = this.#read.get(name) ?? 0;
      const bytes = readFileSync(join(LOG, name)).subarray(from);
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
      this.#read.set(name, from + whole.length);
      const lines = whole.toString('utf8').split('\n').filter(Boolean);
      return lines.map((line) => recordSchema.parse(JSON.parse(line)));
    });
  }
}
