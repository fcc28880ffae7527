/** Runs in the guest as root: programs that are no agents, in the installed product. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { smoke } from './smoke.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    /** Those groups whose name has this in it. */
    only: { type: 'string' },
  },
});
const tally = new Tally();

const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  smoke: () => smoke(tally),
};
for (const [name, run] of Object.entries(GROUPS)) {
  if (values.only === undefined || name.includes(values.only)) await tally.group(name, run);
}
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
