/** A call that waits for an answer, and whose process is killed meanwhile: the kernel forgets it at once, and not with its deadline. */
import { CapturedAnswers } from '../../../helper/kernel/captured-answers.ts';
import type { Guard } from '../../../helper/kernel/guard.ts';
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { encodeU64 } from '../../../helper/kernel/layout.ts';
import { PinnedMap } from '../../../helper/kernel/pinned-map.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import type { Tally } from '../tally.ts';
import { PORT, policyWith, SETTINGS } from './world.ts';

const NOBODY_TOLD_OF = '203.0.113.9';
const LOOK_MS = 20;
/** Far less than a call may wait. */
const WITHIN_MS = 1000;

export async function killedWaiter(guard: Guard, programs: string, tally: Tally): Promise<void> {
  const pins = guard.side.pinDirectory;
  const tables = new CapturedAnswers(pins);
  tables.configure(SETTINGS);
  new HeldCalls(pins).beat();
  const session = new TestSession(guard, policyWith({ egress: [`*.example.org:${PORT}`] }));
  // one answer that nobody will ever read
  const captured = new PinnedMap(pins, 'captured');
  captured.set(encodeU64(session.label.session), encodeU64(1n));
  const inside = new Performer(`${programs}/performer`);
  session.enter(inside.pid);
  const waiting = () => tables.waiting().filter((call) => call.session === session.label.session).length;
  const call = inside.perform('connect', NOBODY_TOLD_OF, String(PORT));
  const waited = await within(() => waiting() === 1);
  process.kill(inside.pid, 'SIGKILL');
  await call;
  const forgotten = await within(() => waiting() === 0);
  tally.check('a call waits for an answer that was not read', waited);
  tally.check('of one that is killed meanwhile nothing is left', forgotten, `${waiting()} wait`);
  captured.delete(encodeU64(session.label.session));
  for (const left of tables.waiting()) if (left.session === session.label.session) tables.forget(left);
  tables.close();
  session.end();
}

async function within(isSo: () => boolean): Promise<boolean> {
  const end = performance.now() + WITHIN_MS;
  while (!isSo() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  return isSo();
}
