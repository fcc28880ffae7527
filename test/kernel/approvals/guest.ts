/** Runs in the guest as root: approvals in the installed product, with real people at terminals and hostile agents. */
import { parseArgs } from 'node:util';
import { leavePattern } from '../handed-back.ts';
import { give, Helper, trustDev } from '../installed.ts';
import { Tally } from '../tally.ts';
import { attackers } from './attackers.ts';
import { deaths } from './deaths.ts';
import { deputies } from './deputies.ts';
import { WORK } from './grey.ts';
import { hung } from './hung.ts';
import { jobs } from './jobs.ts';
import { people } from './people.ts';
import { shells } from './shells.ts';
import { signing } from './signing.ts';
import { trusting } from './trusting.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    kills: { type: 'string', default: '4' },
    /** Those groups whose name has one of these in it. */
    only: { type: 'string', multiple: true },
    /** Those interactive shells; all of them when none is named. */
    shell: { type: 'string', multiple: true },
    /** Of several ways to the same attack, the two that differ most. */
    quick: { type: 'boolean', default: false },
  },
});
const tally = new Tally();
const helper = new Helper();
give(WORK);
trustDev();
await helper.start();
const setup = { tally, helper, programs: values.programs };

/** The last one takes the kernel's guard away for its control. */
const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  'interactive shells': () => shells({ tally, only: values.shell ?? null }),
  'shells without a terminal': () => jobs(setup),
  'two users, and polkit': () => people(setup),
  'manifests signed by this machine': () => signing(setup),
  'a helper that hangs': () => hung(setup),
  'an ssh-agent, and bubblewrap': () => deputies(setup),
  'keys, and skills bound to them': () => trusting(setup),
  'the helper killed while calls are held': () => deaths({ ...setup, kills: Number(values.kills) }),
  'agents that want to answer themselves': () => attackers({ ...setup, quick: values.quick }),
};
for (const [name, run] of Object.entries(GROUPS)) {
  if (values.only === undefined || values.only.some((word) => name.includes(word))) await tally.group(name, run);
}
await helper.end('SIGTERM');
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
