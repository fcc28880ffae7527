/** Bytes sent: every way of sending counts, with what really went out, and none goes beyond the limit. */

import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NO_LIMITS, type Policy, ruleId } from '../../core/policy/rule.ts';
import { originOf, policyOf } from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';
import { decisionsIn } from './decisions.ts';
import { numbersIn, numbersOf, Started, TestSession } from './session.ts';
import type { StandingSetup } from './standing.ts';

const EPERM = 1;
const PORT = 7400;
const CHUNK = 3000;
const TIMES = 6;
/** Room for three and a half of them. */
const LIMIT = 10_500;
const FITTING = 3;
const SOURCE = '/home/bytes-to-send';

function policyWith(bytesSent: number | null): Policy {
  const origin = originOf('loopback', ruleId(2));
  const rules = policyOf([{ effect: 'allow', operations: [...PATH_OPERATIONS], pattern: '/home/**' }]);
  return {
    ...rules,
    limits: { ...NO_LIMITS, bytesSent },
    network: [
      {
        id: ruleId(2),
        effect: 'allow',
        operation: 'connect',
        prefix: '127.0.0.1/32',
        ports: { low: PORT, high: PORT },
        protocol: 'any',
        origin,
      },
    ],
  };
}

/** Takes whatever comes, and counts it. */
class Sink {
  received = 0;
  readonly #close: (() => void)[] = [];

  async open(): Promise<void> {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => {
        this.received += chunk.length;
      });
      socket.on('error', () => socket.destroy());
    });
    const datagrams = createSocket('udp4');
    datagrams.on('message', (message) => {
      this.received += message.length;
    });
    await new Promise<void>((resolve) => server.listen(PORT, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => datagrams.bind(PORT, '127.0.0.1', () => resolve()));
    this.#close.push(
      () => server.close(),
      () => datagrams.close(),
    );
  }

  /** What was sent last has come. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.received; ) {
      before = this.received;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  close(): void {
    for (const close of this.#close) close();
  }
}

/** Ways of sending one chunk a time. */
const WAYS = ['write', 'writev', 'sendfile', 'splice', 'ring-send', 'datagram', 'named-datagram', 'named-message'];

export async function limitBytes(setup: StandingSetup): Promise<void> {
  const sink = new Sink();
  await sink.open();
  writeFileSync(SOURCE, Buffer.alloc(CHUNK));
  for (const way of WAYS) await oneWay(setup, sink, way);
  for (const way of ['without-waiting', 'mapped-without-waiting']) await inPieces(setup, sink, way);
  for (const way of ['sendfile-of-more', 'splice-of-more']) await ofMore(setup, sink, way);
  await messages(setup, sink);
  await uncountable(setup, sink, 'named-messages', 4);
  await uncountable(setup, sink, 'named-messages-on-a-stream', 4);
  await ringSplice(setup, sink);
  await atOnce(setup, sink);
  sink.close();
}

async function oneWay({ guard, source, programs, tally }: StandingSetup, sink: Sink, way: string): Promise<void> {
  const program = join(programs, 'sender');
  const words = [way, String(PORT), String(CHUNK), String(TIMES), SOURCE];
  const run = async (session: TestSession | null) => {
    sink.received = 0;
    const outcome = await numbersOf(program, words, session);
    await sink.settle();
    return { ...outcome, received: sink.received };
  };
  const control = await run(null);
  tally.check(
    `${way}, unguarded: all of it`,
    control.done === TIMES && control.received === TIMES * CHUNK,
    JSON.stringify(control),
  );
  const free = new TestSession(guard, policyWith(null));
  const unlimited = await run(free);
  tally.check(
    `${way}, without a limit: all of it`,
    unlimited.done === TIMES && unlimited.received === TIMES * CHUNK,
    JSON.stringify(unlimited),
  );
  free.end();
  const session = new TestSession(guard, policyWith(LIMIT));
  decisionsIn(source);
  const limited = await run(session);
  const refusals = decisionsIn(source).filter(({ reason }) => reason === 'limit-bytes');
  const counted = Number(session.counted().bytesSent);
  tally.check(
    `${way}, limited: what fits, and it is what was counted`,
    limited.done === FITTING &&
      limited.errno === EPERM &&
      limited.received === FITTING * CHUNK &&
      counted === limited.received,
    `${JSON.stringify(limited)}, counted ${counted}`,
  );
  const [first] = refusals;
  const said = `${first?.verdict} ${first?.call} ${first?.operation} ${first?.address} ${first?.port}`;
  tally.check(
    `${way}, limited: each refusal is on record`,
    refusals.length === TIMES - FITTING && said === `block send connect 127.0.0.1 ${PORT}`,
    `${refusals.length}, ${said}`,
  );
  session.end();
}

/** A program that offers all it has, again and again, to a socket that takes a part: only that part counts. */
async function inPieces({ guard, programs, tally }: StandingSetup, sink: Sink, way: string): Promise<void> {
  const bytes = 8_000_000;
  const session = new TestSession(guard, policyWith(bytes + 1000));
  sink.received = 0;
  const outcome = await numbersOf(join(programs, 'sender'), [way, String(PORT), String(bytes), '2'], session);
  await sink.settle();
  const counted = Number(session.counted().bytesSent);
  tally.check(
    `${way}: the whole once, as it fits`,
    outcome.done === 1 && outcome.errno === EPERM,
    JSON.stringify(outcome),
  );
  tally.check(
    `${way}: counted is what was received`,
    counted === sink.received && counted >= bytes && counted <= bytes + 1000,
    `counted ${counted}, received ${sink.received}`,
  );
  session.end();
}

/** A call that asks for more than there is to send: only what there is counts. */
async function ofMore({ guard, programs, tally }: StandingSetup, sink: Sink, way: string): Promise<void> {
  const session = new TestSession(guard, policyWith(1_000_000));
  sink.received = 0;
  const words = [way, String(PORT), String(CHUNK), String(TIMES), SOURCE];
  const outcome = await numbersOf(join(programs, 'sender'), words, session);
  await sink.settle();
  const counted = Number(session.counted().bytesSent);
  tally.check(
    `${way}: counted is what was there`,
    sink.received === TIMES * CHUNK && counted === sink.received,
    `${JSON.stringify(outcome)}, received ${sink.received}, counted ${counted}`,
  );
  session.end();
}

/** Messages of one call on a connected socket pass one by one. */
async function messages({ guard, programs, tally }: StandingSetup, sink: Sink): Promise<void> {
  const session = new TestSession(guard, policyWith(LIMIT));
  sink.received = 0;
  await numbersOf(join(programs, 'sender'), ['messages', String(PORT), String(CHUNK), '2'], session);
  await sink.settle();
  const counted = Number(session.counted().bytesSent);
  tally.check(
    'messages of one call: what fits',
    sink.received === FITTING * CHUNK && counted === sink.received,
    `received ${sink.received}, counted ${counted}`,
  );
  session.end();
}

/** All but the first message to one address pass unseen, so under a limit such a call is refused as a whole. */
async function uncountable(
  { guard, programs, tally }: StandingSetup,
  sink: Sink,
  way: string,
  count: number,
): Promise<void> {
  const run = async (policy: Policy | null) => {
    const session = policy && new TestSession(guard, policy);
    sink.received = 0;
    const outcome = await numbersOf(join(programs, 'sender'), [way, String(PORT), String(CHUNK), '1'], session);
    await sink.settle();
    const counted = policy?.limits.bytesSent ? Number(session?.counted().bytesSent) : 0;
    session?.end();
    return { errno: outcome.errno, received: sink.received, counted };
  };
  for (const [name, policy] of [
    ['unguarded', null],
    ['without a limit', policyWith(null)],
  ] as const) {
    const { received } = await run(policy);
    tally.check(`${way}, ${name}: all of them`, received === count * CHUNK, `received ${received}`);
  }
  const limited = await run(policyWith(1_000_000));
  tally.check(
    `${way}, limited: none`,
    limited.errno === EPERM && limited.received === 0 && limited.counted === 0,
    JSON.stringify(limited),
  );
}

/** Where splice passes no hook of sockets nobody knows how much a ring sends by it: refused. Elsewhere it counts as any other. */
async function ringSplice({ guard, programs, tally }: StandingSetup, sink: Sink): Promise<void> {
  const run = async (policy: Policy) => {
    const session = new TestSession(guard, policy);
    sink.received = 0;
    await numbersOf(join(programs, 'sender'), ['ring-splice', String(PORT), String(CHUNK), String(TIMES)], session);
    await sink.settle();
    const counted = Number(session.counted().bytesSent);
    session.end();
    return { received: sink.received, counted };
  };
  const free = await run(policyWith(null));
  tally.check('splice by a ring, without a limit: all of it', free.received === TIMES * CHUNK, JSON.stringify(free));
  const limited = await run(policyWith(LIMIT));
  tally.check(
    'splice by a ring, limited: no more than is counted',
    limited.received <= LIMIT && limited.counted === limited.received,
    JSON.stringify(limited),
  );
}

async function atOnce({ guard, programs, tally }: StandingSetup, sink: Sink): Promise<void> {
  const [threads, times, limit] = [8, 100, 150];
  const session = new TestSession(guard, policyWith(limit));
  sink.received = 0;
  const words = ['send', String(threads), String(times), String(PORT)];
  const both = [0, 1].map(() => new Started(join(programs, 'rusher'), words, session));
  const lines = await Promise.all(both.map(async (one) => numbersIn((await one.line()) || '')));
  for (const one of both) await one.end();
  await sink.settle();
  const done = lines.reduce((sum, line) => sum + (line.done ?? 0), 0);
  const { bytesSent } = session.counted();
  tally.check(
    'threads at once: as much as the limit',
    done === limit && sink.received === limit && Number(bytesSent) === limit,
    `done ${done}, received ${sink.received}, counted ${bytesSent}`,
  );
  session.end();
}
