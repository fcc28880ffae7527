/** Runs in the guest as root: agents that nobody starts under a manifest, in the installed product. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHOICE, chosen, isChosen } from '../chosen.ts';
import { leavePattern } from '../handed-back.ts';
import { give, Helper, ringfence, trustDev } from '../installed.ts';
import { Tally } from '../tally.ts';
import { evasions } from './evasions.ts';
import { inUnit, startEarly } from './late.ts';
import { KEY, layOut, NODE, REFUSED } from './layouts.ts';
import { countsIn, many } from './many.ts';
import { ordinary } from './ordinary.ts';
import { realAgents, startRealEarly } from './real-agents.ts';
import { run } from './runs.ts';
import { sessions } from './sessions.ts';
import { started } from './started.ts';
import { suggestions } from './suggestions.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    agents: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    ...CHOICE,
  },
});
const tally = new Tally();
const helper = new Helper();
const reader = join(values.programs, 'reader');
give(KEY, 'a secret');
trustDev();
const ways = layOut(reader);
const native = ways.find(({ how }) => how === 'native, by its version')?.command ?? [];

await tally.group('without a guard', () => {
  const counts = countsIn(run([reader, 'repeat', '20', ...native]).stdout);
  tally.check('control: the first statement reads the key', counts.read === 20, JSON.stringify(counts));
  for (const { agent, how, command } of ways) {
    const said = run(command);
    tally.check(
      `control: ${agent}, ${how}`,
      /^read( read)?$/.test(said.stdout.trim()),
      `${said.stdout} ${said.stderr}`,
    );
  }
});
const REAL = 'real agents';
const checkReal = values.full && isChosen(REAL, values) ? await startRealEarly(values.agents) : null;
const LATE = 'agents that run already';
const checkLate = isChosen(LATE, values) ? await startEarly(tally, ways) : null;
await helper.start();
if (checkReal) await tally.group('real agents that run already', () => checkReal(tally));

const GROUPS: Readonly<Record<string, () => Promise<void>>> = {
  [LATE]: async () => checkLate?.(helper),
  'every agent in every way': () => started(tally, ways),
  'by the unit that it runs in': async () => {
    const [shell = '', ...words] = inUnit([NODE, '/home/dev/early/server-again.mjs']);
    give(
      '/home/dev/early/server-again.mjs',
      `import fs from 'node:fs';\ntry { fs.readFileSync('${KEY}'); console.log('read'); } catch (error) { console.log(error.code === 'EPERM' ? 'refused' : error.code); }\n`,
    );
    const said = execFileSync(shell, words, { encoding: 'utf8' });
    tally.check('a gateway with a script that nobody knows', REFUSED.test(said.trim()), said);
  },
  'programs that are no agents': () => ordinary(tally, reader),
  'what is not recognised': () => evasions(tally, ways),
  'sessions of their own': () => sessions(tally, helper, ways),
  'the first statement, again and again': () => many(tally, ways, reader, values.full ? 'full' : 'short'),
  'what is only suggested': () => suggestions(tally),
  // emulated, some take half a minute to start
  ...(values.full && { [REAL]: () => realAgents(tally, values.agents) }),
};
for (const [name, run] of chosen(GROUPS, values)) await tally.group(name, run);
const doctor = ringfence('doctor').stdout;
tally.check(
  'every program was looked at',
  /programs that nobody looked at when they began\s+none/.test(doctor),
  doctor,
);
await helper.end('SIGTERM');
const log = execFileSync('dmesg', { encoding: 'utf8' });
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(log);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
