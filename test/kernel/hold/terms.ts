/** On what terms a call is held, and how far an answer reaches. */
import { chmodSync, copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../../core/policy/rule.ts';
import { policyOf } from '../../../core/policy/testing/generated-policy.ts';
import { grantKey } from '../../../helper/kernel/grant-key.ts';
import type { Asked, GrantScope, GrantTerms } from '../../../helper/kernel/held-call.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, DENIED, GREY, GREY_TOO, PINS, sleep, taskState } from './arena.ts';

const EPERM = 1;
const FILE = join(GREY, 'file');
const OTHER = join(GREY, 'other');
const FRESH = join(GREY, 'new');
const SHORT_HOLD_MS = 400;
/** Longer than the kernel's patience with a silent helper (RF_BEAT_NS). */
const SILENCE_MS = 3400;
/** Longer than the kernel takes a call for a repeat of the one before (RF_REPEAT_NS). */
const REPEAT_MS = 2300;

export interface TermsSetup {
  readonly arena: Arena;
  readonly tally: Tally;
}

function begin(arena: Arena): void {
  arena.begin();
  for (const file of [FILE, OTHER]) writeFileSync(file, 'content');
}

function lastReason(arena: Arena): string | undefined {
  return arena.decisions().at(-1)?.reason;
}

export async function terms(setup: TermsSetup): Promise<void> {
  await attendance(setup);
  await deadline(setup);
  await pulse(setup);
  await repeats(setup);
  await late(setup);
  await interpreter(setup);
  await slowAnswers(setup);
  await twoRules(setup);
  await undeclared(setup);
  await grants(setup);
}

async function attendance({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const performer = await arena.performer(0, null);
  tally.check('nobody attends: refused', (await performer.perform('create', FRESH)) === EPERM && !existsSync(FRESH));
  const question = await arena.nextQuestion(0);
  tally.check('nobody attends: into the inbox', question?.held === false && question.reason === 'nobody-to-ask');
  tally.check('nobody attends: on record', lastReason(arena) === 'nobody-to-ask', lastReason(arena));
  if (question) arena.held.grant(question.question, SESSION, { ...APPROVED, untilNs: null, once: true });
  const next = await performer.perform('create', FRESH);
  tally.check('nobody attends: the next attempt can be allowed', next === 0 && existsSync(FRESH), `errno ${next}`);
  tally.check('nobody attends: it was one attempt', (await performer.perform('unlink', FRESH)) === EPERM);
  arena.attend(performer.session, 5000);
  arena.answerAll(APPROVED);
  tally.check('somebody has come: held', (await performer.perform('unlink', FRESH)) === 0);
  await performer.end();
}

async function deadline({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const performer = await arena.performer(0, SHORT_HOLD_MS);
  const attempt = performer.perform('create', FRESH);
  const question = await arena.nextQuestion(0);
  await sleep(SHORT_HOLD_MS + 200);
  tally.check('past its deadline nobody wakes it by itself', taskState(performer.pid) === 'T');
  process.kill(performer.pid, 'SIGCONT');
  tally.check('whoever wakes it then has it refused', (await attempt) === EPERM && !existsSync(FRESH));
  tally.check('it is on record as timed out', lastReason(arena) === 'timed-out', lastReason(arena));
  const outcomes = [...arena.courses().values()].flatMap((course) => course.outcomes);
  tally.check('with one outcome', question !== null && outcomes.join() === 'block timed-out', outcomes.join());
  await performer.end();
}

async function pulse({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const waiting = await arena.performer();
  const attempt = waiting.perform('create', FRESH);
  await arena.nextQuestion(0);
  arena.stopBeating();
  await sleep(SILENCE_MS);
  process.kill(waiting.pid, 'SIGCONT');
  tally.check('no pulse: what waits is refused', (await attempt) === EPERM && !existsSync(FRESH));
  tally.check('no pulse: on record', lastReason(arena) === 'guard-unavailable', lastReason(arena));
  const performer = await arena.performer();
  tally.check('no pulse: a new one is refused', (await performer.perform('read', FILE)) === EPERM);
  tally.check('no pulse: that is on record', lastReason(arena) === 'guard-unavailable', lastReason(arena));
  const refused = arena.asked.at(-1);
  if (refused) arena.held.grant(refused.question, SESSION, { ...APPROVED, untilNs: null, once: false });
  tally.check(
    'no pulse: what was allowed for longer is refused too',
    (await performer.perform('read', FILE)) === EPERM,
  );
  arena.startBeating();
  arena.answerAll(APPROVED);
  tally.check('with a pulse it is held again', (await performer.perform('read', FILE)) === 0);
  await performer.end();
  await waiting.end();
}

/** One attempt and whether it was asked about. */
async function attempt(
  arena: Arena,
  performer: { perform(operation: string, path: string): Promise<number | null> },
  operation: string,
  path: string,
): Promise<{ errno: number | null; asked: boolean }> {
  const before = arena.asked.length;
  const errno = await performer.perform(operation, path);
  await sleep(30);
  return { errno, asked: arena.asked.length > before };
}

async function repeats({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  arena.answerAll(APPROVED);
  const [performer, another] = [await arena.performer(), await arena.performer()];
  const check = async (name: string, operation: string, path: string, asked: boolean, who = performer) => {
    const result = await attempt(arena, who, operation, path);
    tally.check(name, result.errno === 0 && result.asked === asked, JSON.stringify(result));
  };
  await check('the first read is asked about', 'read', FILE, true);
  await check('the same again at once is not', 'read', FILE, false);
  await check('writing is another question', 'write', FILE, true);
  await check('so is reading and writing', 'read-write', FILE, true);
  await check('so is another file', 'read', OTHER, true);
  await check('so is another task', 'read', FILE, true, another);
  await sleep(REPEAT_MS);
  await check('after a while it is asked about again', 'read', FILE, true);
  arena.answerAll(DENIED);
  await sleep(REPEAT_MS);
  for (const time of ['first', 'second']) {
    const result = await attempt(arena, performer, 'write', FILE);
    tally.check(
      `a denied call asks again, ${time} time`,
      result.errno === EPERM && result.asked,
      JSON.stringify(result),
    );
  }
  await performer.end();
  await another.end();
}

/** A script that may be run is read by its interpreter, without a second question. */
async function interpreter({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const script = join(GREY, 'script');
  writeFileSync(script, `#!/bin/sh\ncat ${GREY}/file > /dev/null && exit 7\n`);
  chmodSync(script, 0o755);
  arena.answerAll(APPROVED);
  const performer = await arena.performer();
  const status = await performer.perform('spawn', script);
  tally.check('a script runs', status === 7, `${status}`);
  const paths = arena.asked.map(({ path }) => Buffer.from(path ?? []).toString());
  tally.check('asked: to run it, and what it reads', paths.join() === `${script},${FILE}`, paths.join());
  await performer.end();
}

/** A yes is for the call that waits: one that comes long after the deadline is not kept for the next. */
async function late({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const performer = await arena.performer(0, SHORT_HOLD_MS);
  const attempt = performer.perform('read', FILE);
  const question = await arena.nextQuestion(0);
  if (!question) throw new Error('there is no question');
  await sleep(SHORT_HOLD_MS + REPEAT_MS);
  arena.settle(question, APPROVED);
  tally.check('a yes long after the deadline is none', (await attempt) === EPERM);
  tally.check('and on record as timed out', lastReason(arena) === 'timed-out', lastReason(arena));
  await performer.end();
}

/** One exec, two questions, and a person who takes longer over each than a repeat lasts. */
async function slowAnswers({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const [script, shell] = [join(GREY, 'script'), join(GREY, 'shell')];
  copyFileSync('/usr/bin/dash', shell);
  writeFileSync(script, `#!${shell}\nexit 7\n`);
  for (const file of [script, shell]) chmodSync(file, 0o755);
  arena.answerAll(APPROVED, REPEAT_MS + 700);
  const performer = await arena.performer();
  const status = await performer.perform('spawn', script);
  tally.check('two questions of one exec, slowly answered: it runs', status === 7, `${status}`);
  const paths = arena.asked.map(({ path }) => Buffer.from(path ?? []).toString());
  tally.check('each of them was put once', paths.join() === `${script},${shell}`, paths.join());
  await performer.end();
}

/** Whatever one rule asks about: not what another asks about as well. */
async function twoRules({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const performer = await arena.performer(0, null);
  const within = () => performer.perform('rename', FILE, join(GREY, 'moved'));
  tally.check('a rename within one rule’s area is asked about', (await within()) === EPERM);
  const question = await arena.nextQuestion(0);
  if (!question) throw new Error('there is no question');
  tally.check('it says that one rule asks', !question.severalRules);
  arena.held.grant(
    question.question,
    { process: null, rule: question.rule },
    { ...APPROVED, untilNs: null, once: false },
  );
  tally.check('what the rule asks about is allowed', (await within()) === 0);
  const out = await performer.perform('rename', OTHER, join(GREY_TOO, 'moved'));
  tally.check('into another rule’s area it is not', out === EPERM && existsSync(OTHER), `errno ${out}`);
  const other = await arena.nextQuestion(1);
  tally.check('and says that several ask', other?.severalRules === true);
  await performer.end();
}

const ASK_TO_READ: Policy = {
  ...policyOf([{ effect: 'allow', operations: ['write'], pattern: `${GREY}/**` }]),
  undeclared: { asks: ['read'], audits: [] },
};

/** What no rule speaks of is asked about one by one: no answer for a whole rule, however it came to be, covers it. */
async function undeclared({ arena, tally }: TermsSetup): Promise<void> {
  begin(arena);
  const performer = await arena.performer(0, undefined, ASK_TO_READ);
  arena.answerAll(APPROVED);
  tally.check('undeclared, and approved', (await performer.perform('read', FILE)) === 0);
  const [question] = arena.asked;
  if (!question) throw new Error('there is no question');
  tally.check(
    'it is of no rule',
    question.rule === 0 && question.reason === 'no-rule',
    `${question.rule} ${question.reason}`,
  );
  tally.check('what may not even be asked about is refused', (await performer.perform('unlink', FILE)) === EPERM);
  const wide = grantKey(question.question, { process: null, rule: 1 });
  new DataView(wide.buffer).setUint32(wide.length - 4, 0, true);
  const key = arena.held.grant(question.question, SESSION, { ...APPROVED, untilNs: null, once: false });
  const table = new PinnedMap(PINS, 'grants');
  table.set(wide, table.get(key) ?? new Uint8Array());
  arena.held.revoke(key);
  arena.answerAll(DENIED);
  await sleep(REPEAT_MS);
  for (const file of [FILE, OTHER])
    tally.check('an answer for rule 0 answers nothing', (await performer.perform('read', file)) === EPERM);
  table.delete(wide);
  await performer.end();
}

const SESSION: GrantScope = { process: null, rule: 0 };

interface Reach {
  readonly name: string;
  readonly scope: (question: Asked) => GrantScope;
  readonly terms?: Partial<GrantTerms>;
  /** Who and what need not ask any more; everybody else does. */
  readonly covers: readonly ('again' | 'sibling' | 'other file' | 'write' | 'stranger' | 'later' | 'third')[];
}

const REACHES: readonly Reach[] = [
  { name: 'this session', scope: () => SESSION, covers: ['again', 'sibling', 'later', 'third'] },
  {
    name: 'this process',
    scope: ({ pid, startNs }) => ({ process: { pid, startNs }, rule: 0 }),
    covers: ['again', 'later', 'third'],
  },
  {
    name: 'the whole rule',
    scope: ({ rule }) => ({ process: null, rule }),
    covers: ['again', 'sibling', 'other file', 'later', 'third'],
  },
  { name: 'once', scope: () => SESSION, terms: { once: true }, covers: ['again'] },
  { name: 'a while', scope: () => SESSION, terms: { untilNs: 1_000_000_000n }, covers: ['again', 'sibling'] },
];

async function grants({ arena, tally }: TermsSetup): Promise<void> {
  for (const { name, scope, terms: more, covers } of REACHES) {
    begin(arena);
    const [one, stranger] = [await arena.performer(0, null), await arena.performer(0, null)];
    const sibling = await arena.sibling(one);
    await one.perform('read', FILE);
    const question = await arena.nextQuestion(0);
    if (!question) throw new Error('there is no question');
    const untilNs = more?.untilNs ? process.hrtime.bigint() + more.untilNs : null;
    const key = arena.held.grant(question.question, scope(question), { ...APPROVED, once: false, ...more, untilNs });
    const check = async (who: typeof one, what: Reach['covers'][number], operation = 'read', path = FILE) => {
      const errno = await who.perform(operation, path);
      const expected = covers.includes(what) ? 0 : EPERM;
      tally.check(`granted for ${name}: ${what}`, errno === expected, `errno ${errno}`);
    };
    await check(one, 'again');
    if (name !== 'once') await check(sibling, 'sibling');
    await check(one, 'other file', 'read', OTHER);
    await check(one, 'write', 'write', FILE);
    await check(stranger, 'stranger');
    await sleep(REPEAT_MS);
    await check(one, 'later');
    await sleep(REPEAT_MS);
    await check(one, 'third');
    arena.held.revoke(key);
    await sleep(REPEAT_MS);
    tally.check(`granted for ${name}: revoked it is over`, (await one.perform('read', FILE)) === EPERM);
    for (const performer of [one, stranger, sibling]) await performer.end();
  }
  begin(arena);
  const performer = await arena.performer(0, null);
  await performer.perform('read', FILE);
  const question = await arena.nextQuestion(0);
  if (question) arena.held.grant(question.question, SESSION, { ...DENIED, untilNs: null, once: false });
  arena.attend(performer.session, 5000);
  const result = await attempt(arena, performer, 'read', FILE);
  tally.check('a no that stays is not asked about', result.errno === EPERM && !result.asked, JSON.stringify(result));
  tally.check('and is on record as denied', lastReason(arena) === 'denied', lastReason(arena));
  symlinkSync(FILE, join(GREY, 'pointer'));
  const pointed = await attempt(arena, performer, 'read', join(GREY, 'pointer'));
  tally.check(
    'nor by another name of the same file',
    pointed.errno === EPERM && !pointed.asked,
    JSON.stringify(pointed),
  );
  await performer.end();
}
