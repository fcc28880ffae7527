/** Runs in the guest as root: rights that are delegated to programs, in the installed product, with real git and OpenSSH. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Person } from '../approvals/person.ts';
import { CHOICE, chosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { give, Helper, trustDev } from '../installed.ts';
import { Tally } from '../tally.ts';
import { freshFiles } from './fresh-files.ts';
import { lineage } from './lineage.ts';
import { pushes } from './pushes.ts';
import { Remote, WORK } from './remote.ts';
import { snooping } from './snooping.ts';
import { tricks } from './tricks.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    ...CHOICE,
  },
});
const tally = new Tally();
const helper = new Helper();
give(WORK);
trustDev();
await helper.start();
const remote = await Remote.start();

const withPerson = async (run: (person: Person) => Promise<void>): Promise<void> => {
  const person = await Person.arrive();
  await run(person);
  person.leave();
};

const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  'pushes over ssh': () => pushes(tally),
  'tricks with git and ssh': () => withPerson((person) => tricks(tally, person)),
  'files that the session has made': () => freshFiles(tally),
  'who is behind it': () => lineage(tally),
  'looking into ssh': () => withPerson((person) => snooping({ tally, person, programs: values.programs })),
};
for (const [name, run] of chosen(GROUPS, values)) await tally.group(name, run);
remote.end();
await helper.end('SIGTERM');
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
