/** Runs in the guest as root, on a stock kernel: the kernel side by itself, without the helper. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { open } from '../../helper/kernel/event-source.ts';
import { Guard } from '../../helper/kernel/guard.ts';
import { takeDown } from '../../helper/kernel/put-in-force.ts';
import { families } from './families.ts';
import { leavePattern } from './handed-back.ts';
import { limitBytes } from './limit-bytes.ts';
import { limitDeletions } from './limit-deletions.ts';
import { limitProcesses } from './limit-processes.ts';
import { listening } from './listening.ts';
import { localSockets } from './local-sockets.ts';
import { silence } from './silence.ts';
import { standing } from './standing.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string' },
    object: { type: 'string' },
    /** Which of SETS. */
    set: { type: 'string', default: 'verdicts' },
    only: { type: 'string' },
  },
});
const programs = values.programs ?? '';
const PINS = '/sys/fs/bpf/ringfence-test';
const tally = new Tally();

const object = values.object ?? '';
const guard = new Guard({ objectFile: object, pinDirectory: PINS });
guard.protect([]);
const source = await open({ pinDirectory: PINS });
const performer = join(programs, 'performer');
const program = join(programs, 'nothing');

const setup = { guard, object, source, performer, program, programs, tally };
const SETS: Readonly<Record<string, Readonly<Record<string, () => Promise<void>>>>> = {
  verdicts: {
    'labels pass to every kind of child': () => families(guard, programs, tally),
    'what no path rule speaks of': () => standing(setup),
  },
  language: {
    'what silence comes to': () => silence(setup),
    'where a session listens': () => listening(setup),
    'sockets with a path': () => localSockets(setup),
    'a limit on deletions': () => limitDeletions(setup),
    'a limit on bytes': () => limitBytes(setup),
    'a limit on processes': () => limitProcesses(setup),
  },
};
for (const [name, run] of Object.entries(SETS[values.set] ?? {})) {
  if (values.only === undefined || name.includes(values.only)) await tally.group(name, run);
}

await tally.group('the kernel itself', () => {
  const skipped = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call was passed unjudged', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  const { dropped } = guard.side.counters();
  tally.check('no event was lost', dropped === 0n, `${dropped} lost`);
  const log = execFileSync('dmesg', { encoding: 'utf8' });
  const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
  tally.check('the kernel log has no warning', warning === null, warning?.[0]);
});
guard.close();
takeDown(PINS);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
// a group that broke off has processes that wait for its end
process.exit(tally.failed === 0 ? 0 : 1);
