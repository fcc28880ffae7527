/** Runs as root in a guest with systemd: the helper as its service, from before the first log-in until the package is removed. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { CHOICE, chosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { Tally } from '../tally.ts';
import { approving } from './approving.ts';
import { beforeAnybody, logIn } from './before-anybody.ts';
import { dying, stopping } from './dying.ts';
import { hardened } from './hardened.ts';
import { removal } from './removal.ts';
import { rooted } from './rooted.ts';
import { AGENT, UNLISTED } from './service.ts';

const { values } = parseArgs({ options: { programs: { type: 'string', default: '' }, ...CHOICE } });
const tally = new Tally();
const { programs } = values;

const GROUPS: Readonly<Record<string, () => Promise<void> | void>> = {
  'before anybody': async () => {
    await beforeAnybody(tally);
    await logIn(tally, 'refused', AGENT, UNLISTED);
  },
  hardening: () => hardened(tally),
  'an approval by polkit': () => approving(tally),
  'root inside an agent': () => rooted(tally),
  'stopped, disabled': () => stopping({ tally, programs }),
  'killed, hung': () => dying({ tally, programs }),
  // the last one: nothing is left after it
  removal: () => removal({ tally, programs }),
};
for (const [name, run] of chosen(GROUPS, values)) await tally.group(name, run);
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
