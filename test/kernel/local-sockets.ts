/** Sockets with a path: connecting is a right of its own, which writing to the path does not give. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../../core/policy/rule.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const PLACE = '/home/sockets';
const EPERM = 1;

const POLICY: Policy = policyOf([
  { effect: 'allow', operations: ['connect'], pattern: `${PLACE}/connect/*` },
  { effect: 'allow', operations: ['read', 'write', 'create', 'delete', 'exec'], pattern: `${PLACE}/write/*` },
  { effect: 'allow', operations: ['connect'], pattern: `${PLACE}/both/*` },
  { effect: 'block', operations: ['connect'], pattern: `${PLACE}/both/closed-*` },
]);

type Case = readonly [path: string, record: string];

const CASES: readonly Case[] = [
  ['connect/served', 'allow rule'],
  ['write/served', 'block no-rule'],
  ['both/served', 'allow rule'],
  ['both/closed-served', 'block rule'],
  ['none/served', 'block no-rule'],
];

export async function localSockets({ guard, source, performer, tally }: StandingSetup): Promise<void> {
  rmSync(PLACE, { recursive: true, force: true });
  for (const folder of ['connect', 'write', 'both', 'none']) mkdirSync(join(PLACE, folder), { recursive: true });
  const outside = new Performer(performer);
  const session = new TestSession(guard, POLICY);
  const inside = new Performer(performer);
  session.enter(inside.pid);
  for (const kind of ['stream', 'datagram']) {
    for (const [path, record] of CASES) {
      const socket = `${join(PLACE, path)}-${kind}`;
      const served = await outside.perform('serve-locally', kind, socket);
      const call = (who: Performer) =>
        kind === 'stream' ? who.perform('connect-locally', kind, socket) : who.perform('send-locally', socket);
      const control = await call(outside);
      decisionsIn(source);
      const errno = await call(inside);
      const said = decisionsIn(source).map(({ verdict, reason, operation }) => `${verdict} ${reason} ${operation}`);
      tally.check(
        `${kind} ${path}`,
        served === 0 &&
          control === 0 &&
          errno === (record.startsWith('allow') ? 0 : EPERM) &&
          said.join() === `${record} connect`,
        `served ${served}, unguarded ${control}, errno ${errno}, records “${said.join()}”`,
      );
    }
  }
  const connected = await inside.perform('connect-locally', 'datagram', `${join(PLACE, 'write/served')}-datagram`);
  tally.check('a datagram socket is refused when it connects', connected === EPERM, `errno ${connected}`);
  const own = join(PLACE, 'write/own');
  const made = await inside.perform('serve-locally', 'stream', own);
  const reached = await inside.perform('connect-locally', 'stream', own);
  tally.check('a socket of the own session is free', made === 0 && reached === 0, `bind ${made}, connect ${reached}`);
  const planted = await inside.perform('serve-locally', 'stream', join(PLACE, 'none/own'));
  tally.check('making one is making a file', planted === EPERM, `errno ${planted}`);
  await inside.end();
  await outside.end();
  session.end();
}
