/** Sockets with a path: connecting is a right of its own, which writing to the path does not give. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../../core/policy/pattern/bytes.ts';
import { type Policy, ruleId } from '../../core/policy/rule.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';
import { decisionsIn } from './decisions.ts';
import { Performer } from './performer.ts';
import { TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const PLACE = '/home/sockets';
const EPERM = 1;

const PATHS: Policy = policyOf([
  { effect: 'allow', operations: ['connect'], pattern: `${PLACE}/connect/*` },
  { effect: 'allow', operations: ['read', 'write', 'create', 'delete', 'exec'], pattern: `${PLACE}/write/*` },
  { effect: 'allow', operations: ['connect'], pattern: `${PLACE}/both/*` },
  { effect: 'block', operations: ['connect'], pattern: `${PLACE}/both/closed-*` },
]);

const origin = { source: 'manifest', pointer: 'test', text: 'test' } as const;
const FIRST_NAME = PATHS.paths.length + 1;
/** Longer than what a record's address has room for. */
const LONG = 'a-name-of-more-than-sixteen-bytes';

const POLICY: Policy = {
  ...PATHS,
  localNames: [
    { id: ruleId(FIRST_NAME), effect: 'allow', name: utf8(LONG), isPrefix: false, origin },
    { id: ruleId(FIRST_NAME + 1), effect: 'allow', name: utf8('open-'), isPrefix: true, origin },
    { id: ruleId(FIRST_NAME + 2), effect: 'block', name: utf8('open-not'), isPrefix: true, origin },
    { id: ruleId(FIRST_NAME + 3), effect: 'block', name: utf8('open-one'), isPrefix: false, origin },
  ],
};

/** Abstract names, and what has to be said of them. */
const NAMES: readonly Case[] = [
  [LONG, `allow rule ${FIRST_NAME}`],
  [`${LONG}-`, 'block no-rule 0'],
  [LONG.slice(0, -1), 'block no-rule 0'],
  [LONG.slice(0, 16), 'block no-rule 0'],
  ['open-x', `allow rule ${FIRST_NAME + 1}`],
  ['open-', `allow rule ${FIRST_NAME + 1}`],
  ['open', 'block no-rule 0'],
  ['open-not', `block rule ${FIRST_NAME + 2}`],
  ['open-nothing', `block rule ${FIRST_NAME + 2}`],
  ['open-one', `block rule ${FIRST_NAME + 3}`],
  ['open-one-more', `allow rule ${FIRST_NAME + 1}`],
  ['x'.repeat(107), 'block no-rule 0'],
];

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
  for (const kind of ['stream', 'datagram', 'sequence']) {
    for (const [path, record] of CASES) {
      const socket = `${join(PLACE, path)}-${kind}`;
      const served = await outside.perform('serve-locally', kind, socket);
      const call = (who: Performer) =>
        kind === 'datagram' ? who.perform('send-locally', socket) : who.perform('connect-locally', kind, socket);
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
  await abstractNames({ outside, inside, source, tally });
  await inside.end();
  await outside.end();
  session.end();
}

interface Both extends Pick<StandingSetup, 'source' | 'tally'> {
  readonly outside: Performer;
  readonly inside: Performer;
}

async function abstractNames({ outside, inside, source, tally }: Both): Promise<void> {
  for (const [name, record] of NAMES) {
    const served = await outside.perform('serve-locally', 'stream', `@${name}`);
    const control = await outside.perform('connect-locally', 'stream', `@${name}`);
    decisionsIn(source);
    const errno = await inside.perform('connect-locally', 'stream', `@${name}`);
    const said = decisionsIn(source).map(
      ({ verdict, reason, rule, address }) => `${verdict} ${reason} ${rule} ${address}`,
    );
    tally.check(
      `abstract ${name}`,
      served === 0 &&
        control === 0 &&
        errno === (record.startsWith('allow') ? 0 : EPERM) &&
        said.join() === `${record} @${name}`,
      `served ${served}, unguarded ${control}, errno ${errno}, records “${said.join()}”`,
    );
  }
  const own = '@own-name';
  const made = await inside.perform('serve-locally', 'stream', own);
  const reached = await inside.perform('connect-locally', 'stream', own);
  tally.check('an abstract name of the own session is free', made === 0 && reached === 0, `${made}, ${reached}`);
}
