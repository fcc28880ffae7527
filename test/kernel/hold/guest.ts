/** Runs in the guest as root, on a stock kernel: held calls by themselves, without the helper. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { Arena } from './arena.ts';
import { flood } from './flood.ts';
import { hostile } from './hostile.ts';
import { helpersShare, latency } from './latency.ts';
import { operations } from './operations.ts';
import { runtimes } from './runtimes.ts';
import { storm } from './storm.ts';
import { terms } from './terms.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    bun: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const tally = new Tally();
const program = (name: string): string => join(values.programs, name);

mkdirSync('/mnt/memory', { recursive: true });
execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/mnt/memory']);
const arena = await Arena.build(values.object, program('performer'));
const setup = { arena, tally, programs: values.programs, full: values.full };

let lostOnPurpose = 0n;
const GROUPS: Readonly<Record<string, () => Promise<void> | void>> = {
  'each operation, held': () =>
    operations({ ...setup, program: program('nothing'), places: values.full ? 'all' : 'one' }),
  'a storm of questions': () => storm({ ...setup, seconds: values.full ? 60 : 8 }),
  'terms of a hold': () => terms(setup),
  runtimes: () => runtimes({ ...setup, bun: values.bun }),
  latency: () => latency(setup),
  'latency, the helper’s share': () => helpersShare(setup),
  'ways around': () => hostile(setup),
  'a flood of refusals': async () => {
    lostOnPurpose = await flood(setup);
  },
};
for (const [name, run] of Object.entries(GROUPS)) {
  if (values.only === undefined || name.includes(values.only)) await tally.group(name, run);
}

await tally.group('the kernel itself', () => {
  const skipped = arena.guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call was passed unjudged', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  const { dropped } = arena.guard.side.counters();
  const lost = dropped - lostOnPurpose;
  tally.check('no event was lost', lost === 0n, `${lost} lost`);
  const log = execFileSync('dmesg', { encoding: 'utf8' });
  const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
  tally.check('the kernel log has no warning', warning === null, warning?.[0]);
});
arena.close();
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
