/** Processes at once: a bomb stays as small as the limit, and no way of ending, executing or failing loses count. */
import { join } from 'node:path';
import { NO_LIMITS, type Policy } from '../../core/policy/rule.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { numbersIn, numbersOf, Started, TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const EPERM = 1;
const LIMIT = 20;
const SAMPLES = 10;
const GONE_WITHIN_MS = 10_000;

function policyWith(programs: string, processes: number | null): Policy {
  const rules = policyOf([{ effect: 'allow', operations: [...PATH_OPERATIONS], pattern: `${programs}/**` }]);
  return { ...rules, limits: { ...NO_LIMITS, processes } };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function limitProcesses(setup: StandingSetup): Promise<void> {
  await bomb(setup);
  await oneAfterTheOther(setup);
  await takeOver(setup);
  await misfits(setup);
  await threads(setup);
  await otherCalls(setup);
}

async function bomb({ guard, source, programs, tally }: StandingSetup): Promise<void> {
  const program = join(programs, 'breeder');
  for (const limit of [null, LIMIT]) {
    const session = new TestSession(guard, policyWith(programs, limit));
    decisionsIn(source);
    const started = new Started(program, ['bomb', '400'], session);
    let most = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      most = Math.max(most, session.processIds().size);
      await sleep(100);
    }
    const { made = 0, refused = 0 } = numbersIn(await started.line());
    most = Math.max(most, session.processIds().size);
    const detail = `at most ${most} at once, made ${made}, refused ${refused}`;
    if (limit === null) tally.check('a bomb without a limit grows', most > 2 * LIMIT, detail);
    else {
      tally.check('a bomb stays as small as the limit', most === limit && made === limit - 1 && refused > 0, detail);
      tally.check('as counted', session.counted().processes === BigInt(limit), String(session.counted().processes));
      const last = decisionsIn(source).at(-1);
      const said = `${last?.verdict} ${last?.reason} ${last?.call} ${last?.operation} ${last?.rule}`;
      tally.check('a refusal is on record', said === 'block limit-processes fork exec 0', said);
    }
    await started.end();
    await settles(session, tally, `a bomb, ${limit === null ? 'not limited' : 'limited'}`);
    session.end();
  }
}

/** When all are gone nothing is left in the count. */
async function settles(session: TestSession, tally: StandingSetup['tally'], name: string): Promise<void> {
  for (const end = Date.now() + GONE_WITHIN_MS; Date.now() < end && session.counted().processes !== 0n; )
    await sleep(50);
  tally.check(
    `${name}: none is counted that is gone`,
    session.counted().processes === 0n,
    String(session.counted().processes),
  );
}

/** Whoever was waited for makes room at once, however long the kernel takes to forget it. */
async function oneAfterTheOther({ guard, programs, tally }: StandingSetup): Promise<void> {
  const session = new TestSession(guard, policyWith(programs, 2));
  const outcome = await numbersOf(join(programs, 'breeder'), ['wait', '300'], session);
  tally.check(
    '300 one after the other, under a limit of 2',
    outcome.made === 300 && outcome.refused === 0,
    JSON.stringify(outcome),
  );
  await settles(session, tally, 'one after the other');
  session.end();
}

/** A thread that executes takes the place of its process's first task: the process still counts, once. */
async function takeOver({ guard, programs, tally }: StandingSetup): Promise<void> {
  for (const what of ['keep', 'take-over']) {
    const session = new TestSession(guard, policyWith(programs, LIMIT));
    const started = new Started(join(programs, 'breeder'), [what, '40'], session);
    const outcome = numbersIn(await started.line());
    const alive = session.processIds().size;
    const { processes } = session.counted();
    tally.check(
      `${what}: as many as the limit`,
      outcome.made === LIMIT - 1 && alive === LIMIT && processes === BigInt(LIMIT),
      `${JSON.stringify(outcome)}, ${alive} alive, ${processes} counted`,
    );
    await started.end();
    await settles(session, tally, what);
    session.end();
  }
}

async function misfits({ guard, programs, tally }: StandingSetup): Promise<void> {
  const session = new TestSession(guard, policyWith(programs, 3));
  const started = new Started(join(programs, 'breeder'), ['misfit', '50'], session);
  const outcome = numbersIn(await started.line());
  const { processes } = session.counted();
  tally.check(
    'children that the kernel gives up halfway do not count',
    outcome.other === 50 && processes === 1n,
    `${JSON.stringify(outcome)}, ${processes} counted`,
  );
  await started.end();
  session.end();
}

async function threads({ guard, programs, tally }: StandingSetup): Promise<void> {
  const session = new TestSession(guard, policyWith(programs, 1));
  const started = new Started(join(programs, 'breeder'), ['threads', '30'], session);
  const outcome = numbersIn(await started.line());
  const { processes } = session.counted();
  tally.check(
    'threads do not count',
    outcome.made === 30 && processes === 1n,
    `${JSON.stringify(outcome)}, ${processes} counted`,
  );
  await started.end();
  session.end();
}

/** vfork(2), posix_spawn(3) and a fork by one of many threads: each says EPERM, and goes through when there is room. */
async function otherCalls({ guard, performer, programs, tally }: StandingSetup): Promise<void> {
  for (const [limit, word] of [
    [1, 'refused'],
    [2, 'made'],
  ] as const) {
    for (const what of ['vfork', 'spawn']) {
      const session = new TestSession(guard, policyWith(programs, limit));
      const outcome = await numbersOf(join(programs, 'breeder'), [what, '5'], session);
      tally.check(`${what} under a limit of ${limit}`, outcome[word] === 5, JSON.stringify(outcome));
      session.end();
    }
    const session = new TestSession(guard, policyWith(programs, limit));
    const inside = new Performer(performer, 7);
    await inside.perform('nothing', '');
    session.enter(inside.pid);
    const errno = await inside.perform('fork', '');
    tally.check(
      `a fork beside other threads under a limit of ${limit}`,
      errno === (limit === 1 ? EPERM : 0),
      `errno ${errno}`,
    );
    await inside.end();
    session.end();
  }
}
