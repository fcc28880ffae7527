/** Runs in the guest as root: skills within a session, in the installed product. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { Person } from '../approvals/person.ts';
import { leavePattern } from '../handed-back.ts';
import { Helper, trustDev } from '../installed.ts';
import { Tally } from '../tally.ts';
import { binding } from './binding.ts';
import { border } from './border.ts';
import { changed } from './changed.ts';
import { makeWork, SKILL, writeSkill } from './folders.ts';
import { names } from './names.ts';
import { narrowing } from './narrowing.ts';
import { questions } from './questions.ts';
import { told } from './told.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    /** Those groups whose name has this in it. */
    only: { type: 'string' },
  },
});
const tally = new Tally();
const helper = new Helper();
makeWork(values.programs);
trustDev();
writeSkill('tool', SKILL, values.programs);
writeSkill('other', SKILL, values.programs);
await helper.start();

const withPerson = async (run: (person: Person) => Promise<void>): Promise<void> => {
  const person = await Person.arrive();
  await run(person);
  person.leave();
};

const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  'what binds': () => binding(tally),
  'what interpreters are told': () => told(tally),
  'what a skill may not beside its agent': () => narrowing(tally),
  'names of hosts': () => names(tally, values.programs),
  questions: () => withPerson((person) => questions(tally, person)),
  'the border within a session': () => border(tally),
  'a skill that is changed': () => changed(tally, values.programs),
};
for (const [name, run] of Object.entries(GROUPS)) {
  if (values.only === undefined || name.includes(values.only)) await tally.group(name, run);
}
await helper.end('SIGTERM');
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
