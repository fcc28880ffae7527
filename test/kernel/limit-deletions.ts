/** Deletions within a minute: counted whoever makes them and however they come together, and never one more than the limit. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Limits, NO_LIMITS, type Policy } from '../../core/policy/rule.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';
import { KernelSide } from '../../helper/kernel/kernel-side.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { numbersIn, Started, TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const PLACE = '/home/deletions';
const EPERM = 1;
const THREADS = 8;
const TIMES = 20;
const LIMIT = 30;
/** Long enough for what a test does within one minute of the clock. */
const MARGIN_NS = 12_000_000_000n;
const MINUTE_NS = 60_000_000_000n;

function policyWith(deletionsPerMinute: number | null, onViolation: Policy['onViolation'] = 'block'): Policy {
  const limits: Limits = { ...NO_LIMITS, deletionsPerMinute };
  const rules = policyOf([{ effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${PLACE}/**` }]);
  return { ...rules, limits, onViolation };
}

function fill(): void {
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(join(PLACE, 'folders'), { recursive: true });
  for (let thread = 0; thread < THREADS; thread++) {
    writeFileSync(join(PLACE, `thread-${thread}`), '');
    for (let time = 0; time < TIMES; time++) {
      writeFileSync(join(PLACE, `${thread}-${time}`), '');
      mkdirSync(join(PLACE, 'folders', `${thread}-${time}`));
    }
  }
}

/**
 * A limit counts by the minute of the clock: what is to happen within one must not begin at its end. A machine's very first minute
 * has none before it.
 */
async function earlyInAMinute(): Promise<void> {
  const now = process.hrtime.bigint();
  const left = MINUTE_NS - (now % MINUTE_NS);
  if (now < MINUTE_NS || left < MARGIN_NS)
    await new Promise((resolve) => setTimeout(resolve, Number(left / 1_000_000n) + 10));
}

export async function limitDeletions(setup: StandingSetup): Promise<void> {
  await kinds(setup);
  await kill(setup);
  for (const what of ['unlink', 'rmdir', 'replace']) await rush(setup, what);
}

/** `#` stands for the thread whose files they are. */
type Step = readonly [operation: string, path: string, other: string, counts: boolean];

const STEPS: readonly Step[] = [
  ['unlink', '#-0', '', true],
  ['rmdir', 'folders/#-0', '', true],
  ['rename', '#-1', '#-2', true],
  ['rename', '#-2', '#-fresh', false],
  ['exchange', '#-3', '#-4', false],
  ['no-replace', '#-3', '#-fresher', false],
  ['create-truncating', '#-5', '', false],
  ['truncate', '#-5', '', false],
  ['rename-directory', 'folders/#-1', 'folders/#-2', true],
];

function perform(performer: Performer, [operation, path, other]: Step, thread: number): Promise<number | null> {
  const within = (name: string) => join(PLACE, name.replace('#', String(thread)));
  return performer.perform(operation, within(path), other && within(other));
}

/** What counts, one after the other, and what does not; then nothing more until the minute is over. */
async function kinds(setup: StandingSetup): Promise<void> {
  const { guard, performer, tally } = setup;
  fill();
  const session = new TestSession(guard, policyWith(STEPS.filter(([, , , counts]) => counts).length));
  const inside = new Performer(performer);
  session.enter(inside.pid);
  await earlyInAMinute();
  let expected = 0;
  for (const step of STEPS) {
    const [operation, , , counts] = step;
    const errno = await perform(inside, step, 0);
    expected += counts ? 1 : 0;
    const { deletions } = session.counted();
    tally.check(
      `${operation} ${counts ? 'counts' : 'does not count'}`,
      errno === 0 && Number(deletions) === expected,
      `errno ${errno}, ${deletions} counted`,
    );
  }
  for (const step of STEPS) if (step[3]) await beyond(setup, inside, step);
  await afterARestart(setup, session);
  session.letTheMinutePass();
  const again = await inside.perform('unlink', join(PLACE, '2-0'));
  tally.check('in the next minute it goes on', again === 0 && session.counted().deletions === 1n, `errno ${again}`);
  await inside.end();
  session.end();
}

async function beyond({ source, tally }: StandingSetup, inside: Performer, step: Step): Promise<void> {
  const [operation] = step;
  const before = stateOf();
  decisionsIn(source);
  const errno = await perform(inside, step, 1);
  const last = decisionsIn(source).at(-1);
  const said = `${last?.verdict} ${last?.reason} ${last?.operation} ${last?.rule}`;
  tally.check(
    `${operation} beyond the limit`,
    errno === EPERM && said === 'block limit-deletions delete 0' && stateOf() === before,
    `errno ${errno}, “${said}”`,
  );
}

const stateOf = (): string => readdirSync(PLACE, { recursive: true, encoding: 'utf8' }).sort().join();

/** Another helper takes the kernel side over and labels one more process: the session has used up what it had. */
async function afterARestart({ guard, object, performer, tally }: StandingSetup, session: TestSession): Promise<void> {
  const { deletions } = session.counted();
  const side = new KernelSide({ objectFile: object, pinDirectory: guard.side.pinDirectory });
  const another = new Performer(performer);
  const labelled = side.label(another.pid, session.label).every(({ error }) => error === 0);
  const errno = await another.perform('unlink', join(PLACE, '3-0'));
  tally.check(
    'a helper that starts again counts on',
    side.resumed && labelled && errno === EPERM && session.counted().deletions >= deletions,
    `errno ${errno}`,
  );
  await another.end();
}

async function kill({ guard, performer, tally }: StandingSetup): Promise<void> {
  fill();
  const session = new TestSession(guard, policyWith(1, 'kill'));
  const inside = new Performer(performer);
  session.enter(inside.pid);
  await earlyInAMinute();
  const first = await inside.perform('unlink', join(PLACE, '0-0'));
  const second = await inside.perform('unlink', join(PLACE, '0-1'));
  const signal = await inside.end();
  const kept = existsSync(join(PLACE, '0-1'));
  tally.check(
    'where a refusal kills, so does this one',
    first === 0 && second === null && signal === 'SIGKILL' && kept,
    `${first} ${second} ${signal}`,
  );
  session.end();
}

/** Threads of two processes at once; then once more, across the end of a minute. */
async function rush({ guard, programs, tally }: StandingSetup, what: string): Promise<void> {
  const place = what === 'rmdir' ? join(PLACE, 'folders') : PLACE;
  const program = join(programs, 'rusher');
  const once = async (session: TestSession | null) => {
    fill();
    const before = readdirSync(place).length;
    // both try the same names: each goes once
    const both = [0, 1].map(() => new Started(program, [what, String(THREADS), String(TIMES), place], session));
    const lines = await Promise.all(both.map(async (one) => numbersIn((await one.line()) || (await one.end()))));
    for (const one of both) await one.end();
    const sum = (word: 'done' | 'refused') => lines.reduce((total, line) => total + (line[word] ?? 0), 0);
    return { done: sum('done'), refused: sum('refused'), gone: before - readdirSync(place).length };
  };
  const all = THREADS * TIMES;
  const control = await once(null);
  tally.check(`${what}, unguarded: all of them`, control.done === all && control.gone === all, JSON.stringify(control));
  const free = new TestSession(guard, policyWith(null));
  const unlimited = await once(free);
  tally.check(
    `${what}, without a limit: all of them`,
    unlimited.done === all && unlimited.refused === 0,
    JSON.stringify(unlimited),
  );
  free.end();
  const session = new TestSession(guard, policyWith(LIMIT));
  await earlyInAMinute();
  const limited = await once(session);
  tally.check(
    `${what} at once: as many as the limit`,
    limited.done === LIMIT && limited.gone === LIMIT && limited.refused > 0,
    JSON.stringify(limited),
  );
  session.letTheMinutePass();
  await earlyInAMinute();
  const later = await once(session);
  tally.check(
    `${what} at once, as a minute begins: as many again`,
    later.done === LIMIT && later.gone === LIMIT,
    JSON.stringify(later),
  );
  session.end();
}
