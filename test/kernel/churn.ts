/**
 * Runs in the guest as root: one processor, every kernel code preemptible, and families of processes that come and go beside others
 * that have the label looked up all the time. No child is without its label. That one would be seen is shown with programs that forget
 * one in so many.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { Guard } from '../../helper/kernel/guard.ts';
import { takeDown } from '../../helper/kernel/put-in-force.ts';
import { leavePattern } from './handed-back.ts';
import { until } from './installed.ts';
import { TestSession } from './session.ts';
import { Tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    /** Kernel programs that leave some children unlabelled. */
    forgetful: { type: 'string', default: '' },
    rounds: { type: 'string', default: '250' },
  },
});

const PINS = '/sys/fs/bpf/ringfence-churn';
const SECRET = '/home/closed/secret';
/** Judges nothing: it lets go of a process a moment before `task_free` would (docs/decisions/0011). */
const COUNTS_ENDS = 'rf_release_task';
const FAMILIES = 6;
const SPINNERS = 2;
/** Rounds of a run that is only to show that the test would notice. */
const ROUNDS_OF_CONTROL = 40;
const END_WITHIN_MS = 30_000;

interface Outcome {
  readonly children: number;
  readonly opened: number;
  readonly attempts: number;
  readonly attemptsOpened: number;
  readonly seconds: number;
}

const output = (child: ChildProcess): Promise<string> => {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve) => child.once('close', () => resolve(text)));
};

const numbers = (text: string): number[] => [...text.matchAll(/\d+/g)].map(Number);
const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

/** All begin at once; the spinners go on until the last family has ended. label: what is done to each process before that. */
async function churn(rounds: number, label: (pid: number) => void): Promise<Outcome> {
  const program = (name: string) => join(values.programs, name);
  const begin = (name: string, ...words: string[]) =>
    spawn(program(name), [SECRET, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const families = Array.from({ length: FAMILIES }, () => begin('family', String(rounds)));
  const spinners = Array.from({ length: SPINNERS }, () => begin('spinner'));
  const said = { families: families.map(output), spinners: spinners.map(output) };
  for (const { pid } of [...families, ...spinners]) label(pid ?? 0);
  const started = performance.now();
  for (const { stdin } of [...spinners, ...families]) stdin?.write('g');
  const children = (await Promise.all(said.families)).map(numbers);
  const seconds = (performance.now() - started) / 1000;
  for (const { stdin } of spinners) stdin?.end('e');
  const attempts = (await Promise.all(said.spinners)).map(numbers);
  return {
    ...{ children: sum(children.map(([all = 0]) => all)), opened: sum(children.map(([, some = 0]) => some)) },
    ...{ attempts: sum(attempts.map(([all = 0]) => all)), attemptsOpened: sum(attempts.map(([, some = 0]) => some)) },
    seconds,
  };
}

/** The same with a label, under the programs of an object. */
async function guarded(
  object: string,
  rounds: number,
  look: (guard: Guard, outcome: Outcome, session: TestSession) => Promise<void> | void,
): Promise<void> {
  const guard = new Guard({ objectFile: object, pinDirectory: PINS });
  guard.protect([]);
  const rules = policyOf([{ effect: 'allow', operations: ['read', 'exec'], pattern: `${values.programs}/**` }]);
  const session = new TestSession(guard, rules);
  const outcome = await churn(rounds, (pid) => session.enter(pid));
  console.log(`    ${JSON.stringify(outcome)}`);
  await look(guard, outcome, session);
  guard.close();
  takeDown(PINS);
}

const gone = (guard: Guard, session: TestSession): Promise<boolean> =>
  until(() => guard.side.liveTasks(session.label.session) === 0n && guard.side.labels().length === 0, END_WITHIN_MS);

const tally = new Tally();
mkdirSync('/home/closed', { recursive: true });
writeFileSync(SECRET, 'secret');

await tally.group('the machine', () => {
  tally.check('it has one processor', availableParallelism() === 1, String(availableParallelism()));
  const preemption = /preempt=(\w+)/.exec(readFileSync('/proc/cmdline', 'utf8'))?.[1];
  tally.check('its kernel can be preempted everywhere', preemption === 'full', String(preemption));
  const told = /Dynamic Preempt: \w+/.exec(execFileSync('dmesg', { encoding: 'utf8' }))?.[0];
  tally.check('and says so', told === 'Dynamic Preempt: full', String(told));
});

await tally.group('control: without a label', async () => {
  const outcome = await churn(ROUNDS_OF_CONTROL, () => undefined);
  console.log(`    ${JSON.stringify(outcome)}`);
  tally.check(
    'every child reads it',
    outcome.children > FAMILIES * ROUNDS_OF_CONTROL * 7 && outcome.opened === outcome.children,
    JSON.stringify(outcome),
  );
});

await tally.group('with a label', () =>
  guarded(values.object, Number(values.rounds), async (guard, outcome, session) => {
    tally.check(
      'children come and go',
      outcome.children > FAMILIES * Number(values.rounds) * 7,
      JSON.stringify(outcome),
    );
    tally.check('no child is without its label', outcome.opened === 0, JSON.stringify(outcome));
    tally.check('nor those beside them', outcome.attemptsOpened === 0 && outcome.attempts > 0, JSON.stringify(outcome));
    const skipped = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
    const told = skipped.map(({ name, recursionMisses }) => `${name} ${recursionMisses}`).join(', ');
    console.log(`    skipped: ${told || 'none'}`);
    const others = skipped.filter(({ name }) => name !== COUNTS_ENDS);
    tally.check('no call was passed unjudged', others.length === 0, told);
    const left = () => `${guard.side.liveTasks(session.label.session)} tasks, ${session.counted().processes} processes`;
    tally.check('no label outlives its task', await gone(guard, session), left());
    tally.check('what was skipped of ends is made up for', session.counted().processes === 0n, left());
  }),
);

await tally.group('control: programs that forget some', () =>
  guarded(values.forgetful, ROUNDS_OF_CONTROL, (_guard, outcome) =>
    tally.check('a child without its label is seen', outcome.opened > 0, JSON.stringify(outcome)),
  ),
);

const warning = /WARNING: |BUG: |Oops: |self-detected stall|Call Trace/.exec(
  execFileSync('dmesg', { encoding: 'utf8' }),
);
tally.check('the kernel log has no warning', warning === null, warning?.[0]);
leavePattern();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);
