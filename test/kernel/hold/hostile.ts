/** Ways around a held call, and ways to upset it: none performs what nobody allowed, none leaves anybody stopped. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from '../../../helper/kernel/held-call.ts';
import { encodeU64, SIZES } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import type { Tally } from '../tally.ts';
import { APPROVED, type Arena, DENIED, GREY, OPEN, PINS, sleep, taskState } from './arena.ts';

const EPERM = '1';
const FRESH = join(GREY, 'new');
const EARLY_WAKES = 400;
const WAKE_EVERY_MS = 3;
const MOST_UNREAD = 5000;
const LET_GO_MS = 5000;
const DIED = 'died';

export interface HostileSetup {
  readonly arena: Arena;
  readonly programs: string;
  readonly tally: Tally;
}

class Case {
  readonly #setup: HostileSetup;
  readonly #name: string;
  readonly pid: number;
  readonly ended: Promise<string>;
  readonly #begin: () => void;

  constructor(setup: HostileSetup, name: string, ...more: string[]) {
    this.#setup = setup;
    this.#name = name;
    setup.arena.begin();
    for (const file of ['file', 'second']) writeFileSync(join(GREY, file), file);
    const child = spawn(join(setup.programs, 'hostile'), [name, GREY, ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.pid = child.pid ?? 0;
    setup.arena.label(this.pid);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    this.ended = new Promise((resolve) => child.once('close', () => resolve(output.trim() || DIED)));
    this.#begin = () => child.stdin.end('g');
  }

  begin(): this {
    this.#begin();
    return this;
  }

  async question(number = 0): Promise<Asked> {
    const question = await this.#setup.arena.nextQuestion(number);
    if (!question) throw new Error(`${this.#name}: question ${number + 1} did not come`);
    return question;
  }

  check(what: string, ok: boolean, detail = ''): void {
    this.#setup.tally.check(`${this.#name}: ${what}`, ok, detail);
  }

  /**
   * Each question has one outcome; these, in the order of the questions. The end of a task withdraws its question once the
   * kernel lets go of the task, a while after its parent has heard.
   */
  async checkOutcomes(...expected: string[]): Promise<void> {
    const { arena } = this.#setup;
    const courses = () => [...arena.courses().values()];
    const isOver = () =>
      courses()
        .map(({ outcomes }) => outcomes.join())
        .join() === expected.join();
    for (const end = Date.now() + LET_GO_MS; Date.now() < end && !(isOver() && arena.held.pending().length === 0); )
      await sleep(20);
    this.check(`it was ${expected.join(', then ')}`, isOver(), JSON.stringify(courses()));
    const left = arena.held.pending();
    this.check(
      'nothing is left',
      left.length === 0,
      JSON.stringify(left, (_key, value) => String(value)),
    );
  }
}

export async function hostile(setup: HostileSetup): Promise<void> {
  await notHeld(setup);
  await held(setup);
  await earlyWakes(setup);
  await killed(setup);
  await threadsLeave(setup);
  await tracerComes(setup);
  await handler(setup);
  await orphans(setup);
  await swaps(setup);
  await fullTables(setup);
  await unread(setup);
}

/** Refused at once, with the word that the next attempt can be allowed; nobody is stopped. */
async function notHeld(setup: HostileSetup): Promise<void> {
  for (const name of ['traced', 'ring-inline', 'ring-async', 'ring-polled', 'old-entry', 'job']) {
    const run = new Case(setup, name).begin();
    const result = await run.ended;
    run.check('refused', result === EPERM, result);
    run.check('nothing was made', !existsSync(FRESH));
    const question = await setup.arena.nextQuestion(0);
    run.check('the person is told', question?.held === false && question.reason === 'cannot-hold', question?.reason);
    const refusals = setup.arena.decisions().filter(({ reason }) => reason === 'cannot-hold');
    run.check('it is on record', refusals.length > 0 && refusals.every(({ verdict }) => verdict === 'block'));
    await run.checkOutcomes();
  }
}

async function held(setup: HostileSetup): Promise<void> {
  const { arena, programs } = setup;
  const suid = join(OPEN, 'suid');
  for (const name of ['pid-namespace', 'same-group', 'setuid']) {
    for (const [answer, expected, outcome] of [
      [APPROVED, '0', 'allow approved'],
      [DENIED, EPERM, 'block denied'],
    ] as const) {
      const run = new Case(setup, name, suid);
      copyFileSync(join(programs, 'hostile'), suid);
      chmodSync(suid, 0o4755);
      arena.answerAll(answer, 50);
      const result = await run.begin().ended;
      run.check(`${answer.verdict}: its result`, result === expected, result);
      run.check(`${answer.verdict}: the file`, existsSync(FRESH) === (answer === APPROVED));
      await run.checkOutcomes(outcome);
    }
  }
}

/** Whoever wakes it early gains nothing; after enough of it the call is refused. */
async function earlyWakes(setup: HostileSetup): Promise<void> {
  const run = new Case(setup, 'same-group').begin();
  const { pid } = await run.question();
  let wakes = 0;
  for (; wakes < EARLY_WAKES && taskState(pid) !== null; wakes++) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      break; // it was refused and has ended
    }
    await sleep(WAKE_EVERY_MS);
  }
  const result = await run.ended;
  run.check(`early SIGCONTs: refused after ${wakes}`, result === EPERM && wakes > 10, `${result} after ${wakes}`);
  run.check('early SIGCONTs: nothing was made', !existsSync(FRESH));
  await run.checkOutcomes('block cannot-hold');
}

async function killed(setup: HostileSetup): Promise<void> {
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const run = new Case(setup, 'same-group').begin();
    const question = await run.question();
    process.kill(question.pid, signal);
    await sleep(50);
    // a stopped process keeps SIGTERM for when it wakes
    if (signal === 'SIGTERM') setup.arena.settle(question, APPROVED);
    await run.ended;
    await sleep(50);
    run.check(`${signal} while held: nothing was made`, !existsSync(FRESH));
    await run.checkOutcomes('withdrawn');
  };
  await end('SIGKILL');
  await end('SIGTERM');
}

/** The held thread's siblings leave the program as soon as somebody wakes them; or the call is refused after too many wakes. */
async function threadsLeave(setup: HostileSetup): Promise<void> {
  for (const name of ['thread-exec', 'exit-group']) {
    for (const delay of ['0', '1', '3', '10', '50']) {
      const run = new Case(setup, name, delay).begin();
      let over = false;
      void run.ended.then(() => {
        over = true;
      });
      for (const end = Date.now() + 10_000; !over && Date.now() < end; await sleep(20))
        try {
          process.kill(run.pid, 'SIGCONT');
        } catch {} // it has just ended
      run.check(`after ${delay} ms: it came to its end`, over);
      if (!over) process.kill(run.pid, 'SIGKILL');
      const result = await run.ended;
      const left = name === 'thread-exec' ? '0' : DIED;
      run.check(`after ${delay} ms: left or refused`, result === left || result === EPERM, result);
      run.check(`after ${delay} ms: nothing was made`, !existsSync(FRESH));
      const outcomes = [...setup.arena.courses().values()].map((course) => course.outcomes.join());
      const expected = result === EPERM ? 'block cannot-hold' : 'withdrawn';
      // it may have left before it asked
      await run.checkOutcomes(...outcomes.map(() => expected));
    }
  }
}

async function tracerComes(setup: HostileSetup): Promise<void> {
  const run = new Case(setup, 'seized-while-held').begin();
  const result = await run.ended;
  run.check('refused', result === EPERM, result);
  run.check('nothing was made', !existsSync(FRESH));
  await run.checkOutcomes('block cannot-hold');
}

/** What a signal handler asks in between is a question of its own; then the first call goes on. */
async function handler(setup: HostileSetup): Promise<void> {
  const run = new Case(setup, 'handler').begin();
  const first = await run.question();
  process.kill(first.pid, 'SIGUSR1');
  await sleep(20);
  setup.arena.answerAll(APPROVED);
  setup.arena.settle(first, APPROVED);
  const result = await run.ended;
  run.check('both calls went through', result === '0' && existsSync(FRESH), result);
  const outcomes = [...setup.arena.courses().values()].map((course) => course.outcomes.join());
  await run.checkOutcomes(...outcomes.map((_, index) => (index === 0 ? 'withdrawn' : 'allow approved')));
}

/** The kernel hangs up a stopped group that nobody in its session controls any more, and wakes it. */
async function orphans(setup: HostileSetup): Promise<void> {
  const hungUp = new Case(setup, 'orphaned').begin();
  await hungUp.question();
  hungUp.check('it died', (await hungUp.ended) === DIED);
  hungUp.check('nothing was made', !existsSync(FRESH));
  await sleep(50);
  await hungUp.checkOutcomes('withdrawn');
  const ignoring = new Case(setup, 'orphaned-ignoring').begin();
  const question = await ignoring.question();
  await sleep(400);
  ignoring.check(
    'it is held on',
    taskState(question.pid) === 'T' && !existsSync(FRESH),
    String(taskState(question.pid)),
  );
  setup.arena.settle(question, APPROVED);
  const result = await ignoring.ended;
  ignoring.check('and went on', result === '0' && existsSync(FRESH), result);
  await ignoring.checkOutcomes('allow approved');
}

/** What was approved is the object that was asked about, not what its name leads to by then. */
async function swaps(setup: HostileSetup): Promise<void> {
  const swap = async (name: string, change: () => void) => {
    const run = new Case(setup, name).begin();
    const first = await run.question();
    change();
    await sleep(50);
    setup.arena.settle(first, APPROVED);
    const other = await run.question(1);
    run.check('the other object is another question', String(Buffer.from(other.path ?? [])) !== '', name);
    setup.arena.settle(other, DENIED);
    const result = await run.ended;
    run.check('refused', result === EPERM, result);
    await run.checkOutcomes('withdrawn', 'block denied');
  };
  await swap('swap-argument', () => {});
  const { arena, tally } = setup;
  arena.begin();
  for (const file of ['file', 'second']) writeFileSync(join(GREY, file), file);
  const performer = await arena.performer();
  const answer = performer.perform('read', join(GREY, 'file'));
  const first = await arena.nextQuestion(0);
  renameSync(join(GREY, 'second'), join(GREY, 'file'));
  if (first) arena.settle(first, APPROVED);
  const second = await arena.nextQuestion(1);
  if (second) arena.settle(second, DENIED);
  tally.check('a file put in its place is another question', second !== null && (await answer) === 1);
  await performer.end();
  await swapUnderCreation(setup);
}

/** The call may create the name, and the name exists: it is the file that is asked about, not the name. */
async function swapUnderCreation({ arena, tally }: HostileSetup): Promise<void> {
  arena.begin();
  for (const file of ['harmless', 'secret']) writeFileSync(join(GREY, file), file);
  const performer = await arena.performer();
  const answer = performer.perform('read-or-create', join(GREY, 'harmless'));
  const first = await arena.nextQuestion(0);
  renameSync(join(GREY, 'secret'), join(GREY, 'harmless'));
  if (first) arena.settle(first, APPROVED);
  const second = await arena.nextQuestion(1);
  if (second) arena.settle(second, DENIED);
  tally.check('nor by O_CREAT: it is another question', second !== null && (await answer) === 1);
  await performer.end();
}

/** Full tables refuse; they let nothing through and leave nobody behind. */
async function fullTables({ arena, tally }: HostileSetup): Promise<void> {
  const fill = (map: PinnedMap, value: Uint8Array): bigint[] => {
    const made: bigint[] = [];
    try {
      for (let key = 1n << 40n; ; key++) {
        map.set(encodeU64(key), value);
        made.push(key);
      }
    } catch {
      return made; // it is full
    }
  };
  const attempt = async (name: string, expected: number, held: boolean, outcome: string) => {
    const performer = await arena.performer();
    arena.answerAll(APPROVED);
    const result = await performer.perform('create', FRESH);
    tally.check(`${name}: its result`, result === expected, `errno ${result}`);
    tally.check(`${name}: the file`, existsSync(FRESH) === (expected === 0));
    const question = await arena.nextQuestion(0);
    tally.check(`${name}: the question`, arena.asked.length === 1 && question?.held === held, `${arena.asked.length}`);
    const outcomes = new Set(
      arena
        .decisions()
        .filter(({ reason }) => reason !== 'rule')
        .map(({ verdict, reason }) => `${verdict} ${reason}`),
    );
    tally.check(`${name}: on record`, [...outcomes].join() === outcome, [...outcomes].join());
    await performer.end();
  };
  for (const [name, bytes, expected, held, outcome] of [
    ['pending', SIZES.pending, 1, false, 'block guard-unavailable'],
    ['decisions', SIZES.answer, 0, true, 'allow approved'],
  ] as const) {
    arena.begin();
    const map = new PinnedMap(PINS, name);
    const made = fill(map, new Uint8Array(bytes));
    tally.check(`${name}: it was full`, made.length > 1000, `${made.length}`);
    await attempt(`full table of ${name}`, expected, held, outcome);
    for (const key of made) map.delete(encodeU64(key));
  }
}

/** Questions pile up, as nobody takes them out of their ring: the one that does not fit is refused. */
async function unread({ arena, tally }: HostileSetup): Promise<void> {
  arena.begin();
  arena.deafen();
  await sleep(1200);
  const performer = await arena.performer();
  let asked = 0;
  for (let wasHeld = true; wasHeld && asked < MOST_UNREAD; asked++) {
    wasHeld = false;
    let result: number | null | undefined;
    void performer.perform('create', FRESH).then((errno) => {
      result = errno;
    });
    while (result === undefined) {
      for (const call of arena.held.pending()) {
        wasHeld = true;
        arena.held.decide(call.request, DENIED);
        arena.held.resume(call);
      }
      await sleep(1);
    }
  }
  tally.check('unread questions: refused in the end', asked > 100 && asked < MOST_UNREAD, `${asked}`);
  const last = arena.decisions().at(-1);
  tally.check('unread questions: on record', last?.reason === 'guard-unavailable', last?.reason);
  tally.check('unread questions: nothing was made', !existsSync(FRESH));
  tally.check('unread questions: nothing is left', arena.held.pending().length === 0);
  tally.check('unread questions: nobody is stopped', taskState(performer.pid) === 'S', `${taskState(performer.pid)}`);
  arena.listen();
  for (let read = -1; read !== arena.asked.length; await sleep(500)) read = arena.asked.length;
  arena.answerAll(APPROVED);
  tally.check('unread questions: once they are read it goes on', (await performer.perform('create', FRESH)) === 0);
  await performer.end();
}
