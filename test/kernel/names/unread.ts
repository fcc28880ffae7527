/** Answers that the kernel hands to the helper: the call waits for it, and not for ever. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { decisionsIn } from '../decisions.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { killedWaiter } from './killed-waiter.ts';
import { type Learning, PORT, policyWith, SETTINGS, type World } from './world.ts';

const EPERM = 1;
const P = String(PORT);
/** The kernel's patience with a silent helper is three seconds. */
const TAKEN_FOR_DEAD_MS = 3500;
const NAMES = ['u6.example.org', 'u14.example.org', 'u22.example.org', 'u30.example.org'] as const;
const ADDRESSES = ['2001:db8::7', '2001:db8::f', '2001:db8::17', '2001:db8::1f'] as const;

export async function unread(world: World, learning: Learning): Promise<void> {
  const { guard, source, programs, tally } = world;
  const session = new TestSession(guard, policyWith({ egress: [`*.example.org:${PORT}`] }));
  const inside = new Performer(`${programs}/asker`);
  session.enter(inside.pid);
  await inside.perform('look-six', NAMES[0]);
  const held = await inside.perform('connect', ADDRESSES[0], P);
  tally.check('a call waits until its answer has been read', held === 0, `errno ${held}`);
  const control = await new Performer(`${programs}/asker`).perform('connect', ADDRESSES[1], P);
  learning.pause();
  await inside.perform('look-six', NAMES[1]);
  decisionsIn(source);
  const before = performance.now();
  const given = await inside.perform('connect', ADDRESSES[1], P);
  const waited = performance.now() - before;
  const [reason] = decisionsIn(source).map((event) => event.reason);
  tally.check(
    'and no longer than it may, when nobody reads',
    control === 0 && given === EPERM && reason === 'answers-unread' && waited < SETTINGS.waitMilliseconds * 3,
    `errno ${given}, ${reason}, ${waited.toFixed(0)} ms`,
  );
  learning.resume();
  const later = await until(() => inside.perform('connect', ADDRESSES[1], P));
  tally.check('once it was read the next call goes through', later === 0, `errno ${later}`);
  await withoutHelper(world, learning, inside);
  await whenHelperDies(world, learning, inside);
  await inside.end();
  session.end();
  await killedWaiter(guard, programs, tally);
}

async function withoutHelper({ source, tally }: World, learning: Learning, inside: Performer): Promise<void> {
  learning.fallSilent();
  learning.pause();
  await new Promise((resolve) => setTimeout(resolve, TAKEN_FOR_DEAD_MS));
  await inside.perform('look-six', NAMES[2]);
  decisionsIn(source);
  const errno = await inside.perform('connect', ADDRESSES[2], P);
  const [reason] = decisionsIn(source).map((event) => event.reason);
  tally.check('without a helper it is refused', errno === EPERM && reason === 'answers-unread', `${errno} ${reason}`);
  const read = await inside.perform('connect', ADDRESSES[0], P);
  tally.check('but for what was read before', read === 0, `errno ${read}`);
  learning.beat();
  learning.resume();
  const later = await until(() => inside.perform('connect', ADDRESSES[2], P));
  tally.check('when it is back the call goes through', later === 0, `errno ${later}`);
}

/** Held by a helper that dies: its watchdog lets the call go on, long before its time is over. */
async function whenHelperDies({ guard, source, tally }: World, learning: Learning, inside: Performer): Promise<void> {
  learning.fallSilent();
  learning.pause();
  const standIn = spawn(process.execPath, [join(import.meta.dirname, 'stand-in.ts'), guard.side.pinDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(standIn.stdout, 'data');
  await inside.perform('look-six', NAMES[3]);
  decisionsIn(source);
  const call = inside.perform('connect', ADDRESSES[3], P);
  const stopped = await until(async () => (learning.tables.waiting().length > 0 ? 0 : 1));
  const before = performance.now();
  standIn.kill('SIGKILL');
  const errno = await call;
  const passed = performance.now() - before;
  const [reason] = decisionsIn(source).map((event) => event.reason);
  tally.check(
    'when the helper dies its watchdog lets the call go on, refused',
    stopped === 0 && errno === EPERM && reason === 'answers-unread' && passed < SETTINGS.waitMilliseconds / 2,
    `waiting ${stopped}, errno ${errno}, ${reason}, ${passed.toFixed(0)} ms`,
  );
  learning.beat();
  learning.resume();
}

async function until(attempt: () => Promise<number | null>): Promise<number | null> {
  let errno = await attempt();
  for (let left = 50; errno !== 0 && left > 0; left--) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    errno = await attempt();
  }
  return errno;
}
