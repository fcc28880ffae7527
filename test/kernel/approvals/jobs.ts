/**
 * Shells of an agent that control jobs without a terminal, as Claude Code's do: one would say that a held job is stopped, and go on without
 * it. bash: dash controls jobs on a terminal alone.
 */
import { join } from 'node:path';
import type { ApprovalOption, ApprovalRequest } from '../../../core/protocol/approval.ts';
import { give, type Helper, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, freshDocuments, GREY, stopped } from './grey.ts';
import { Person } from './person.ts';

const DOCUMENT = join(GREY, 'document');
const READ = `cat ${DOCUMENT}`;
const PATIENCE_MS = 60_000;
/** bash says “Stopped” of a job when its next command is over, so there is one. */
const WENT_ON = 'true; echo; echo went-on';

interface Setup {
  readonly tally: Tally;
  readonly helper: Helper;
}

export async function jobs({ tally, helper }: Setup): Promise<void> {
  freshDocuments();
  give(join(GREY, 'second'), 'second-content');
  const person = await Person.arrive();
  await control(tally);
  await answered(tally, person);
  await pipeline(tally, person);
  await killed(tally, person);
  await woken(tally, person);
  await withoutHelper(tally, person, helper);
  person.leave();
}

const areStopped = (...names: string[]): Promise<boolean> =>
  until(() => names.every((name) => stopped([name]).length > 0), PATIENCE_MS);

/** Without the guard: what a stop does to such a shell. */
async function control(tally: Tally): Promise<void> {
  const stopsItself = `sh -c 'kill -STOP $$'`;
  const { ended } = agent('/bin/bash', '-c', `set -m; ${stopsItself}; ${WENT_ON}; kill -KILL %1`);
  const { stdout } = await ended;
  tally.check('control: the shell goes on without a job that stops', /went-on/.test(stdout), stdout);
}

async function answered(tally: Tally, person: Person): Promise<void> {
  for (const [option, expected] of [
    ['allow-once', /^grey-content\nwent-on/],
    ['deny', /^\nwent-on/],
  ] as const) {
    const { ended, question } = await asked(person, `set -m; ${READ}; ${WENT_ON}`);
    const check = (what: string, ok: boolean, detail?: string) => tally.check(`${option}: ${what}`, ok, detail);
    check('its job is held', question?.status.state === 'held', JSON.stringify(question?.status));
    check('and so is the shell', await areStopped('cat', 'bash'));
    await decide(person, question, option);
    const { stdout, stderr } = await ended;
    check('it went on with its answer', expected.test(stdout), stdout);
    check('the shell saw no stop', !/stopped/i.test(stdout + stderr), stdout + stderr);
    check('told as it is', /Operation not permitted/.test(stderr) === (option === 'deny'), stderr);
  }
}

/** Two that wait at once: the shell goes on when the last of them does. */
async function pipeline(tally: Tally, person: Person): Promise<void> {
  // the second has to be there before the shell is stopped for the first
  const first = `{ sleep 1; exec ${READ}; }`;
  const second = `cat ${join(GREY, 'second')} -`;
  const after = person.heldSoFar;
  const { ended } = agent('/bin/bash', '-c', `set -m; ${first} | ${second}; ${WENT_ON}`);
  const questions = [await person.nextHeld(after), await person.nextHeld(after + 1)];
  tally.check('two of a pipeline: both are held', questions.every(Boolean) && (await areStopped('cat', 'bash')));
  await decide(person, questions[0], 'allow-once');
  await until(() => person.ended.some(({ id }) => id === questions[0]?.id), PATIENCE_MS);
  tally.check('the shell waits for the other', stopped(['bash']).length === 1, stopped(['bash', 'cat']).join());
  await decide(person, questions[1], 'allow-once');
  const { stdout, stderr } = await ended;
  const ends = person.ended.filter(({ id }) => questions.some((question) => question?.id === id));
  const isWhole = /^second-contentgrey-content\nwent-on/.test(stdout);
  tally.check('both came to their end', isWhole, stdout + stderr + JSON.stringify(ends));
  tally.check('the shell saw neither stop', !/stopped/i.test(stdout + stderr), stdout + stderr);
}

async function killed(tally: Tally, person: Person): Promise<void> {
  const { ended, question } = await asked(person, `set -m; ${READ}; ${WENT_ON}`);
  await areStopped('cat', 'bash');
  const pid = question?.chain[0]?.pid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  const { stdout, stderr } = await ended;
  tally.check('killed while it is held: its shell goes on', /went-on/.test(stdout), stdout + stderr);
}

/** A program that wants to know when it is woken would be told all the time. */
async function woken(tally: Tally, person: Person): Promise<void> {
  const asked = person.asked.length;
  const program = `$SIG{CONT} = sub { print "woken\\n" }; open(F, "<", "${DOCUMENT}") or print "refused $!\\n"`;
  const { ended } = agent('/bin/bash', '-c', `set -m; perl -e '${program}'; ${WENT_ON}`);
  const { stdout, stderr } = await ended;
  await until(() => person.asked.length > asked, PATIENCE_MS);
  const question = person.asked[asked];
  tally.check('a job that handles SIGCONT is refused at once', question?.status.state === 'refused', stdout + stderr);
  tally.check('and never woken', /^refused Operation not permitted\n\nwent-on/.test(stdout), stdout + stderr);
}

async function withoutHelper(tally: Tally, person: Person, helper: Helper): Promise<void> {
  const { ended } = await asked(person, `set -m; ${READ}; ${WENT_ON}`);
  await areStopped('cat', 'bash');
  await helper.end('SIGKILL');
  const { stdout, stderr } = await ended;
  tally.check('the helper is killed: job and shell are woken', /^\nwent-on/.test(stdout), stdout + stderr);
  tally.check('and the job is refused', /Operation not permitted/.test(stderr), stderr);
  await helper.start();
}

async function asked(
  person: Person,
  script: string,
): Promise<{ ended: ReturnType<typeof agent>['ended']; question: ApprovalRequest | undefined }> {
  const before = person.asked.length;
  const { ended } = agent('/bin/bash', '-c', script);
  await until(() => person.asked.length > before, PATIENCE_MS);
  return { ended, question: person.asked[before] };
}

async function decide(person: Person, question: ApprovalRequest | null | undefined, option: ApprovalOption) {
  if (question) await person.decide(question, option);
}
