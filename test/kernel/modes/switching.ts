/** A session that runs follows its mode at once, back too, and when its time is over without anybody's doing. */
import type { Mode } from '../../../core/policy/modes.ts';
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { bootMoment } from '../../../helper/mode/boot-clock.ts';
import { decisionsIn } from '../decisions.ts';
import { sleep, until } from '../installed.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { EPERM, type ModeSetup, PLACE, POLICY, prepare } from './arena.ts';

const SILENT = `${PLACE}/silent/file`;
const DENIED = `${PLACE}/denied/file`;
const ASKED = `${PLACE}/asked/file`;
const NS_A_SECOND = 1_000_000_000n;

export async function switching(setup: ModeSetup): Promise<void> {
  const { guard, performer, program, tally } = setup;
  prepare(program);
  const session = new TestSession(guard, POLICY);
  const inside = new Performer(performer);
  await inside.perform('nothing', '');
  session.enter(inside.pid);
  const number = session.label.session;
  const expect = async (mode: Mode, silent: number, denied: number): Promise<void> => {
    guard.modes.set(number, { mode, untilNs: null });
    const got = [await inside.perform('read', SILENT), await inside.perform('read', DENIED)];
    tally.check(`to ${mode}`, got[0] === silent && got[1] === denied, `errnos ${got}`);
  };
  await expect('enforce', EPERM, EPERM);
  await expect('audit', 0, 0);
  await expect('permissive', 0, EPERM);
  await expect('enforce', EPERM, EPERM);
  await ending(setup, number, inside);
  await held(setup, session, inside);
  await inside.end();
  guard.modes.forget(number);
  session.end();
}

/** The kernel looks at the clock itself: nothing else has changed when the time is over. */
async function ending({ guard, tally }: ModeSetup, number: bigint, inside: Performer): Promise<void> {
  for (const mode of ['audit', 'permissive'] as const) {
    guard.modes.set(number, { mode, untilNs: bootMoment().bootNs + 20n * NS_A_SECOND });
    const before = await inside.perform('read', SILENT);
    guard.modes.set(number, { mode, untilNs: bootMoment().bootNs + NS_A_SECOND / 2n });
    await sleep(1000);
    const after = await inside.perform('read', SILENT);
    tally.check(`${mode} ends by itself`, before === 0 && after === EPERM, `errnos ${before}, ${after}`);
  }
}

/** A question that waits when the session turns to audit: the call goes on, and nobody is asked any more. */
async function held({ guard, source, tally }: ModeSetup, session: TestSession, inside: Performer): Promise<void> {
  const number = session.label.session;
  const calls = new HeldCalls(guard.side.pinDirectory);
  const beating = setInterval(() => calls.beat(), 500);
  calls.beat();
  calls.attend(number, 60n * NS_A_SECOND);
  guard.modes.set(number, { mode: 'permissive', untilNs: null });
  decisionsIn(source);
  const answer = inside.perform('read', ASKED);
  await until(() => calls.pending().length > 0, 20_000);
  const [call] = calls.pending();
  tally.check('permissive: what a rule asks about is asked about', call !== undefined);
  guard.modes.set(number, { mode: 'audit', untilNs: null });
  if (call) calls.resume(call);
  const errno = await Promise.race([answer, sleep(20_000).then(() => -1)]);
  const last = decisionsIn(source).at(-1);
  tally.check(
    'audit: the call that waited goes on, on record as one that would have been asked about',
    errno === 0 && last?.verdict === 'audit' && last.wouldBe === 'require_approval',
    `errno ${errno}, ${last?.verdict} ${last?.reason} ${last?.wouldBe}`,
  );
  tally.check('and its question is gone', calls.pending().length === 0);
  clearInterval(beating);
  calls.attend(number, null);
}
