/** What holds in every mode: the guard's own, other processes, other programs' sockets, and the borders of the rules for folders. */
import { existsSync, mkdirSync } from 'node:fs';
import { MODES, type Mode } from '../../../core/policy/modes.ts';
import { decisionsIn } from '../decisions.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { EPERM, type ModeSetup, OF_GUARD, PLACE, POLICY, prepare, SECRET } from './arena.ts';

type Attempt = readonly [name: string, deed: string, path: string, other: string, reason: string];

const ATTEMPTS: readonly Attempt[] = [
  ['a secret over a file of the guard’s', 'rename', `${SECRET}/file`, `${OF_GUARD}/file`, 'location'],
  ['a file of the guard’s to elsewhere', 'rename', `${OF_GUARD}/file`, `${PLACE}/silent/new`, 'location'],
  ['a second name for a file of the guard’s', 'link', `${OF_GUARD}/file`, `${PLACE}/silent/new`, 'location'],
  ['a secret under a name of the guard’s', 'link', `${SECRET}/file`, `${OF_GUARD}/new`, 'location'],
  ['a folder into other rights', 'rename', `${PLACE}/denied`, `${PLACE}/allowed/new`, 'directory-move'],
  ['a device that nothing declares', 'write', `${PLACE}/silent/device`, '', 'no-rule'],
  ['a device that a rule denies', 'write', `${PLACE}/denied/device`, '', 'rule'],
  ['another process’ memory', 'read', '/proc/1/environ', '', 'foreign-process'],
];

export async function holding(setup: ModeSetup): Promise<void> {
  for (const mode of MODES) await inOneMode(setup, mode);
}

async function inOneMode({ guard, tally, source, performer, program }: ModeSetup, mode: Mode): Promise<void> {
  const session = new TestSession(guard, POLICY);
  const [inside, outside, stranger] = [performer, performer, performer].map((one) => new Performer(one));
  if (!inside || !outside || !stranger) throw new Error('no performers');
  await inside.perform('nothing', '');
  session.enter(inside.pid);
  guard.modes.set(session.label.session, { mode, untilNs: null });
  for (const [name, deed, path, other, reason] of ATTEMPTS) {
    prepare(program);
    guard.protect(['/home/person']);
    const control = await outside.perform(deed, path, other);
    prepare(program);
    guard.protect(['/home/person']);
    decisionsIn(source);
    const errno = await inside.perform(deed, path, other);
    const refused = decisionsIn(source).findLast(({ verdict }) => verdict === 'block');
    // where the rules refuse first, another reason may be named
    const isNamed = mode === 'audit' ? refused?.reason === reason : refused !== undefined;
    tally.check(
      `${mode}: ${name}`,
      control === 0 && errno === EPERM && isNamed,
      `unguarded ${control}, errno ${errno}, ${refused?.reason} instead of ${reason}`,
    );
  }
  const traced = await inside.perform('trace', String(stranger.pid));
  tally.check(
    `${mode}: tracing a stranger`,
    traced === EPERM && (await outside.perform('trace', String(stranger.pid))) === 0,
  );
  await sockets({ guard, tally, source, performer, program }, mode, inside, outside);
  for (const one of [inside, outside, stranger]) await one.end();
  guard.modes.forget(session.label.session);
  session.end();
}

async function sockets({ tally }: ModeSetup, mode: Mode, inside: Performer, outside: Performer): Promise<void> {
  mkdirSync(`${PLACE}/silent`, { recursive: true });
  mkdirSync(`${PLACE}/denied`, { recursive: true });
  for (const place of ['silent', 'denied']) {
    const path = `${PLACE}/${place}/served`;
    const served = existsSync(path) ? 0 : await outside.perform('serve-locally', 'stream', path);
    const control = await outside.perform('connect-locally', 'stream', path);
    const errno = await inside.perform('connect-locally', 'stream', path);
    tally.check(
      `${mode}: another program’s socket, ${place}`,
      served === 0 && control === 0 && errno === EPERM,
      `served ${served}, unguarded ${control}, errno ${errno}`,
    );
  }
}
