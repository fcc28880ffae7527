/** Runs in the guest as root: how strictly sessions are held to their rules, first the kernel side by itself, then the installed product. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { open } from '../../../helper/kernel/event-source.ts';
import { Guard } from '../../../helper/kernel/guard.ts';
import { takeDown } from '../../../helper/kernel/put-in-force.ts';
import { CHOICE, isChosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { type ModeSetup, PERSON, prepareHome } from './arena.ts';
import { holding } from './holding.ts';
import { installed } from './installed-modes.ts';
import { matrix } from './matrix.ts';
import { switching } from './switching.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    ...CHOICE,
  },
});
const PINS = '/sys/fs/bpf/ringfence-test';
const tally = new Tally();

async function group(name: string, run: () => Promise<void>): Promise<void> {
  if (isChosen(name, values)) await tally.group(name, run);
}

async function kernelSide(): Promise<void> {
  const program = join(values.programs, 'nothing');
  prepareHome(program);
  const guard = new Guard({ objectFile: values.object, pinDirectory: PINS });
  guard.protect([PERSON]);
  const source = await open({ pinDirectory: PINS });
  const setup: ModeSetup = { guard, source, performer: join(values.programs, 'performer'), program, tally };
  await group('each mode, operation and rule', () => matrix(setup));
  await group('what holds in every mode', () => holding(setup));
  await group('a session that runs', () => switching(setup));
  const skipped = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
  tally.check('no call was passed unjudged', skipped.length === 0, skipped.map(({ name }) => name).join(', '));
  source.close();
  guard.close();
  takeDown(PINS);
}

await kernelSide();
await installed({ tally, group });
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
