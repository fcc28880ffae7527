/** Each mode × operation × what the rules say: the kernel answers and records what the specification says. */
import {
  evaluateAddressInMode,
  evaluateInMode,
  MODES,
  type Mode,
  type ModeDecision,
} from '../../../core/policy/modes.ts';
import type { PathOperation } from '../../../core/policy/vocabulary.ts';
import { HeldCalls } from '../../../helper/kernel/held-calls.ts';
import { decisionsIn } from '../decisions.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { EPERM, type ModeSetup, OF_GUARD, PLACE, POLICY, type Port, portOf, prepare, SECRET } from './arena.ts';

const DEEDS: readonly (readonly [PathOperation, string, string])[] = [
  ['read', 'read', 'file'],
  ['write', 'write', 'file'],
  ['create', 'mkdir', 'new'],
  ['delete', 'unlink', 'file'],
  ['exec', 'exec', 'program'],
];

/** Executing reads first: where nothing is said, reading is granted, so that executing alone is at stake. */
const PLACES: Readonly<Record<string, string>> = {
  allowed: `${PLACE}/allowed`,
  silent: `${PLACE}/silent`,
  readable: `${PLACE}/readable`,
  denied: `${PLACE}/denied`,
  asked: `${PLACE}/asked`,
  secret: SECRET,
  'the guard’s own': OF_GUARD,
};

const PORT_NAMES: readonly Port[] = ['allowed', 'silent', 'denied', 'asked', 'deputy'];

/** What has to be on record; empty: nothing. */
function recordOf({ verdict, reason, insteadOf, rule }: ModeDecision): string {
  if (insteadOf !== undefined) return `audit ${reason} ${rule} ${insteadOf}`;
  if (verdict === 'allow') return '';
  return verdict === 'require_approval' ? `block nobody-to-ask ${rule} -` : `${verdict} ${reason} ${rule} -`;
}

export async function matrix(setup: ModeSetup): Promise<void> {
  const held = new HeldCalls(setup.guard.side.pinDirectory);
  const outside = new Performer(setup.performer);
  for (const mode of MODES) {
    const session = new TestSession(setup.guard, POLICY);
    const inside = new Performer(setup.performer);
    await inside.perform('nothing', '');
    session.enter(inside.pid);
    setup.guard.modes.set(session.label.session, { mode, untilNs: null });
    await files(setup, held, mode, inside, outside);
    await addresses(setup, held, mode, inside, outside);
    await inside.end();
    setup.guard.modes.forget(session.label.session);
    session.end();
  }
  await outside.end();
}

async function files(
  setup: ModeSetup,
  held: HeldCalls,
  mode: Mode,
  inside: Performer,
  outside: Performer,
): Promise<void> {
  const { guard, tally, source, program } = setup;
  for (const [name, place] of Object.entries(PLACES)) {
    for (const [operation, deed, file] of DEEDS) {
      const path = `${place}/${file}`;
      prepare(program);
      guard.protect(['/home/person']);
      const control = await outside.perform(deed, path);
      prepare(program);
      guard.protect(['/home/person']);
      decisionsIn(source);
      // without a sign of life nobody would be asked at all
      held.beat();
      const errno = await inside.perform(deed, path);
      const expected = evaluateInMode(mode, POLICY, guard.locations, { operation, path: path as never });
      const last = decisionsIn(source).at(-1);
      const said = last ? `${last.verdict} ${last.reason} ${last.rule} ${last.wouldBe ?? '-'}` : '';
      const wanted = expected.verdict === 'allow' ? 0 : EPERM;
      tally.check(
        `${mode}: ${operation}, ${name}`,
        control === 0 && errno === wanted && said === recordOf(expected),
        `unguarded ${control}, errno ${errno} instead of ${wanted}, “${said}” instead of “${recordOf(expected)}”`,
      );
    }
  }
}

async function addresses(
  { tally, source }: ModeSetup,
  held: HeldCalls,
  mode: Mode,
  inside: Performer,
  outside: Performer,
): Promise<void> {
  for (const name of PORT_NAMES) {
    const port = portOf(name);
    const control = await outside.perform('connect', '127.0.0.1', String(port));
    decisionsIn(source);
    held.beat();
    const errno = await inside.perform('connect', '127.0.0.1', String(port));
    const request = { address: '127.0.0.1', port, protocol: 'udp' } as const;
    const expected = evaluateAddressInMode(mode, POLICY, 'connect', request);
    const last = decisionsIn(source).at(-1);
    const said = last ? `${last.verdict} ${last.reason} ${last.rule} ${last.wouldBe ?? '-'}` : '';
    // addresses are on record whenever they are connected to
    const record = recordOf(expected) || `allow rule ${expected.rule} -`;
    const wanted = expected.verdict === 'allow' ? 0 : EPERM;
    tally.check(
      `${mode}: connect, ${name}`,
      control === 0 && errno === wanted && said === record,
      `unguarded ${control}, errno ${errno} instead of ${wanted}, “${said}” instead of “${record}”`,
    );
  }
}
