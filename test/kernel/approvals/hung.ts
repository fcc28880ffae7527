/** The helper is there and does nothing: what it held is refused and woken, and once it goes on all is as before. */
import { join } from 'node:path';
import { type Helper, records, type Said, sleep, until } from '../installed.ts';
import type { Tally } from '../tally.ts';
import { agent, freshDocuments, GREY, stopped } from './grey.ts';
import { Person } from './person.ts';

const DOCUMENT = join(GREY, 'document');
/** The watchdog waits for two silent times of the heartbeat and looks every second; an emulated machine needs its time. */
const FREED_WITHIN_MS = 25_000;
/** Longer than that: a call that nobody answers is held for 30 s. */
const STILL_HELD_AFTER_MS = 15_000;

export interface HungSetup {
  readonly helper: Helper;
  readonly tally: Tally;
}

export async function hung({ helper, tally }: HungSetup): Promise<void> {
  freshDocuments();
  const before = records().at(-1)?.seq ?? 0;
  const person = await Person.arrive();
  await control(tally, person);
  const { ended, number } = await askAndWait(person);
  helper.signal('SIGSTOP');
  const said = await within(ended, FREED_WITHIN_MS);
  tally.check('a helper that hangs keeps nobody waiting', said?.status === 1, JSON.stringify(said));
  tally.check('nothing was read', said?.stdout === '', said?.stdout ?? '');
  tally.check('nobody stays stopped', stopped(['cat']).length === 0, stopped(['cat']).join());
  helper.signal('SIGCONT');
  tally.check(
    'its question has one outcome on record',
    await until(() => outcomes(before as number, number).length > 0, FREED_WITHIN_MS),
  );
  await sleep(3000);
  tally.check(
    'refused, as the guard was not there',
    outcomes(before as number, number).join() === 'block guard-unavailable',
    outcomes(before as number, number).join(),
  );
  person.answer = () => 'allow-once';
  const after = await agent('cat', DOCUMENT).ended;
  tally.check('once it goes on, it asks again', after.stdout === 'grey-content', JSON.stringify(after));
  person.leave();
}

/** The same without the hanging: the call waits all that time, and is answered by the person. */
async function control(tally: Tally, person: Person): Promise<void> {
  const { ended, number } = await askAndWait(person);
  const early = await within(ended, STILL_HELD_AFTER_MS);
  tally.check('control: a call is held as long while the helper lives', early === null, JSON.stringify(early));
  await person.decide({ id: number as never }, 'allow-once');
  const said = await ended;
  tally.check('control: then it is answered', said.stdout === 'grey-content', JSON.stringify(said));
}

async function askAndWait(person: Person): Promise<{ ended: Promise<Said>; number: number }> {
  const held = person.heldSoFar;
  const { ended } = agent('cat', DOCUMENT);
  const question = await person.nextHeld(held);
  if (!question) throw new Error(`there is no question: ${JSON.stringify(await ended)}`);
  return { ended, number: question.id };
}

function outcomes(before: number, request: number): string[] {
  return records()
    .filter((record) => (record.seq as number) > before && record.request === request)
    .filter(({ kind, verdict }) => kind !== 'approval.answered' && verdict !== 'require_approval')
    .map(({ verdict, reason }) => `${verdict} ${reason}`);
}

async function within<Value>(value: Promise<Value>, ms: number): Promise<Value | null> {
  return Promise.race([value, sleep(ms).then(() => null)]);
}
