/** What rules on names do not open, each with the control that reaches it unguarded, and what the record says. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Manifest } from '../../../core/manifest/index.ts';
import { namesOf, type Told } from '../../../core/names/history.ts';
import { evaluateAddress } from '../../../core/policy/evaluate.ts';
import type { Policy } from '../../../core/policy/rule.ts';
import { decisionsIn } from '../decisions.ts';
import { Performer } from '../performer.ts';
import { TestSession } from '../session.ts';
import { OTHER_PORT, PORT, policyWith, SETTINGS, type World } from './world.ts';
import { type Answer, RESOLVER, RESOLVER_V6 } from './zone.ts';

const EPERM = 1;
const P = String(PORT);
const O = String(OTHER_PORT);

const NETWORK: Manifest['permissions']['network'] = {
  egress: [
    `api.example.com:${PORT}`,
    `*.example.org:${PORT}`,
    `streams.example.com:${PORT}/tcp`,
    `nas.corp.internal:${PORT}`,
    `app.localhost:${PORT}`,
    `192.0.2.200:${OTHER_PORT}`,
  ],
  deny: ['denied.example.org', 'denied.example.net'],
};

const ADDRESSES: Readonly<Record<string, Answer>> = {
  'api.example.com': { addresses: ['203.0.113.10'] },
  'API.Example.COM': { addresses: ['203.0.113.10'] },
  'streams.example.com': { addresses: ['203.0.113.11'] },
  'nas.corp.internal': { addresses: ['10.77.0.1', '169.254.169.254', '127.0.0.1'] },
  'app.localhost': { addresses: ['127.0.0.1', '10.77.0.1'] },
  'loopback.example.org': { addresses: ['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::'] },
  'private.example.org': { addresses: ['10.77.0.1', '192.168.77.1', 'fd77::1', '64:ff9b::a4d:1'] },
  'metadata.example.org': { addresses: ['169.254.169.254'] },
  'mapped.example.org': { addresses: ['::ffff:203.0.113.12'] },
  'translated.example.org': { addresses: ['64:ff9b::203.0.113.13'] },
  'denied.example.org': { addresses: ['203.0.113.14'] },
  'shared.example.org': { addresses: ['203.0.113.14', '203.0.113.15'] },
  'denied.example.net': { addresses: ['192.0.2.200'] },
  'evil-example.org': { addresses: ['203.0.113.16'] },
  'example.org': { addresses: ['203.0.113.17'] },
  'a.example.org.evil.net': { addresses: ['203.0.113.18'] },
  'other.example.com': { addresses: ['203.0.113.19'] },
  'x.api.example.com': { addresses: ['203.0.113.20'] },
  'stream.example.net': { addresses: ['203.0.113.21'] },
};

export const answerOfRefusal = (name: string): Answer | null => ADDRESSES[name] ?? null;

/** Looked up first, then tried: operation, address, port. `errno`: what the guarded one has to get. */
type Case = readonly [what: string, names: readonly string[], operation: string, address: string, port: string];

const CASES: readonly Case[] = [
  ['an address before its name was looked up', [], 'connect', '203.0.113.10', P],
  ['a granted name', ['api.example.com'], 'connect', '203.0.113.10', P],
  ['a granted name, asked for in capitals', ['API.Example.COM'], 'connect', '203.0.113.10', P],
  ['a granted name at another port', ['api.example.com'], 'connect', '203.0.113.10', O],
  ['a granted name, IPv4 by IPv6', ['api.example.com'], 'connect', '::ffff:203.0.113.10', P],
  ['a granted name by datagrams', ['api.example.com'], 'datagram', '203.0.113.10', P],
  ['a granted name by fast open', ['api.example.com'], 'fast-open', '203.0.113.10', P],
  ['another port by fast open', ['api.example.com'], 'fast-open', '203.0.113.10', O],
  ['finding the route to a granted name', ['api.example.com'], 'route', '203.0.113.10', '0'],
  ['finding the route to a granted name, as musl does', ['api.example.com'], 'route', '203.0.113.10', '65535'],
  ['finding the route to another address, as musl does', ['api.example.com'], 'route', '203.0.113.9', '65535'],
  ['finding the route to another address', ['api.example.com'], 'route', '203.0.113.9', '0'],
  ['datagrams where streams are granted', ['streams.example.com'], 'datagram', '203.0.113.11', P],
  ['streams where streams are granted', ['streams.example.com'], 'connect', '203.0.113.11', P],
  ['a name that leads to loopback', ['loopback.example.org'], 'connect', '127.0.0.1', P],
  ['a name that leads to loopback, IPv6', ['loopback.example.org'], 'connect', '::1', P],
  ['a name that leads to loopback, IPv4 by IPv6', ['loopback.example.org'], 'connect', '::ffff:127.0.0.1', P],
  ['a name that leads nowhere in particular', ['loopback.example.org'], 'connect', '0.0.0.0', P],
  ['a name that leads to a private address', ['private.example.org'], 'connect', '10.77.0.1', P],
  ['a name that leads to a private address, IPv6', ['private.example.org'], 'connect', 'fd77::1', P],
  ['a name that leads to a private address by NAT64', ['private.example.org'], 'connect', '64:ff9b::a4d:1', P],
  ['a name that leads to the metadata service', ['metadata.example.org'], 'connect', '169.254.169.254', P],
  ['a name that leads to IPv4 by IPv6', ['mapped.example.org'], 'connect', '203.0.113.12', P],
  ['a name that leads by NAT64', ['translated.example.org'], 'connect', '64:ff9b::cb00:710d', P],
  ['a name of the own network', ['nas.corp.internal'], 'connect', '10.77.0.1', P],
  [
    'a name of the own network that leads to the metadata service',
    ['nas.corp.internal'],
    'connect',
    '169.254.169.254',
    P,
  ],
  ['a name of the own network that leads to loopback', ['nas.corp.internal'], 'connect', '127.0.0.1', P],
  ['a name of this machine', ['app.localhost'], 'connect', '127.0.0.1', P],
  ['a name of this machine that leads elsewhere', ['app.localhost'], 'connect', '10.77.0.1', P],
  ['a denied name', ['denied.example.org'], 'connect', '203.0.113.14', P],
  [
    'a granted name that shares an address with a denied one',
    ['denied.example.org', 'shared.example.org'],
    'connect',
    '203.0.113.14',
    P,
  ],
  ['and its other address', ['denied.example.org', 'shared.example.org'], 'connect', '203.0.113.15', P],
  ['a granted address', [], 'connect', '192.0.2.200', O],
  ['a granted address that a denied name leads to', ['denied.example.net'], 'connect', '192.0.2.200', O],
  ['a name that only ends alike', ['evil-example.org'], 'connect', '203.0.113.16', P],
  ['the name above', ['example.org'], 'connect', '203.0.113.17', P],
  ['a name that holds a granted one', ['a.example.org.evil.net'], 'connect', '203.0.113.18', P],
  ['the neighbour of a granted name', ['other.example.com'], 'connect', '203.0.113.19', P],
  ['a name below a granted one', ['x.api.example.com'], 'connect', '203.0.113.20', P],
];

export async function refusals(world: World, performer: string): Promise<void> {
  const asker = `${world.programs}/asker`;
  const policy = policyWith(NETWORK);
  const outside = new Performer(asker);
  for (const one of CASES) await judgeCase(world, asker, policy, outside, one);
  await streams(world, asker, outside);
  await families(world, asker);
  await asking(world, asker);
  await otherServers(world, asker);
  await strangers(world, asker, outside);
  await expiry(world, asker);
  await resolverDaemons(world, performer);
  await outside.end();
}

/** The oracle gets what the zone said and what was asked, never the kernel's word. */
async function judgeCase(
  { guard, source, tally }: World,
  asker: string,
  policy: Policy,
  outside: Performer,
  one: Case,
) {
  const [what, names, operation, address, port] = one;
  const protocol = operation === 'datagram' || operation === 'route' ? 'udp' : 'tcp';
  const history = names.flatMap((name): Told[] =>
    (ADDRESSES[name]?.addresses ?? []).map((to) => ({ name, address: to, seconds: 0, atSeconds: 0 })),
  );
  const request = { address, port: Number(port), protocol, names: namesOf(history, address, 0, SETTINGS) } as const;
  const expected = evaluateAddress(policy, 'connect', request);
  const session = new TestSession(guard, policy);
  const inside = new Performer(asker);
  session.enter(inside.pid);
  const looked: (number | null)[] = [];
  for (const name of names) looked.push(await inside.perform('look', name), await inside.perform('look-six', name));
  decisionsIn(source);
  const control = await outside.perform(operation, address, port);
  const errno = await inside.perform(operation, address, port);
  const [record] = decisionsIn(source).map(({ verdict, reason, rule }) => `${verdict} ${reason} ${rule}`);
  const wanted = `${expected.verdict} ${expected.reason} ${expected.rule}`;
  tally.check(
    `${what}: ${wanted}`,
    looked.every((error) => error === 0) &&
      control === 0 &&
      errno === (expected.verdict === 'allow' ? 0 : EPERM) &&
      record === wanted,
    `looked up ${looked.join()}, unguarded ${control}, errno ${errno}, record “${record}”`,
  );
  await inside.end();
  session.end();
}

/** By stream, with the length by itself: what is granted is learned, what is not is not. */
async function streams({ guard, tally }: World, asker: string, outside: Performer): Promise<void> {
  const session = new TestSession(guard, policyWith(NETWORK));
  const inside = new Performer(asker);
  session.enter(inside.pid);
  const looked = await inside.perform('look-by-stream', 'api.example.com');
  const reached = await inside.perform('connect', '203.0.113.10', P);
  tally.check('a granted name, asked for by stream', looked === 0 && reached === 0, `${looked} ${reached}`);
  const other = await inside.perform('look-by-stream', 'stream.example.net');
  const control = await outside.perform('connect', '203.0.113.21', P);
  const refused = await inside.perform('connect', '203.0.113.21', P);
  tally.check(
    'a name that is not, asked for by stream',
    other === 0 && control === 0 && refused === EPERM,
    `${other} ${refused}`,
  );
  await inside.end();
  session.end();
}

/** Whatever family the question goes by. */
async function families({ guard, tally }: World, asker: string): Promise<void> {
  for (const server of [RESOLVER_V6, `::ffff:${RESOLVER}`]) {
    const session = new TestSession(guard, policyWith(NETWORK));
    const inside = new Performer(asker);
    session.enter(inside.pid);
    const before = await inside.perform('connect', '203.0.113.10', P);
    const looked = await inside.perform('look', 'api.example.com', server);
    const reached = await inside.perform('connect', '203.0.113.10', P);
    const right = before === EPERM && looked === 0 && reached === 0;
    tally.check(`a granted name, asked of ${server}`, right, `${before} ${looked} ${reached}`);
    await inside.end();
    session.end();
  }
}

/** The machine changes its name servers while the session runs: the new ones count, and what the old ones told stays known. */
async function otherServers({ guard, tally }: World, asker: string): Promise<void> {
  const session = new TestSession(guard, policyWith(NETWORK, [RESOLVER]));
  const inside = new Performer(asker);
  session.enter(inside.pid);
  const first = await inside.perform('look', 'api.example.com', RESOLVER);
  const early = await inside.perform('look', 'mapped.example.org', RESOLVER_V6);
  session.replace(policyWith(NETWORK, [RESOLVER_V6]));
  const known = await inside.perform('connect', '203.0.113.10', P);
  const old = await inside.perform('look', 'api.example.com', RESOLVER);
  const young = await inside.perform('look', 'streams.example.com', RESOLVER_V6);
  const reached = await inside.perform('connect', '203.0.113.11', P);
  const said = [first, early, known, old, young, reached].join();
  tally.check('the machine changes its name servers', said === [0, EPERM, 0, EPERM, 0, 0].join(), said);
  await inside.end();
  session.end();
}

/** A name that is to be asked about is asked about by the rule on it; here is nobody to answer. */
async function asking({ guard, source, tally }: World, asker: string): Promise<void> {
  const granted = policyWith(NETWORK);
  const [first] = granted.names;
  if (first === undefined) throw new Error('there is no rule on a name');
  const session = new TestSession(guard, { ...granted, names: [{ ...first, effect: 'require_approval' }] });
  const inside = new Performer(asker);
  session.enter(inside.pid);
  await inside.perform('look', 'api.example.com');
  decisionsIn(source);
  const errno = await inside.perform('connect', '203.0.113.10', P);
  const records = decisionsIn(source).map(({ verdict, reason, rule }) => `${verdict} ${reason} ${rule}`);
  const right = errno === EPERM && records.join() === `block nobody-to-ask ${first.id}`;
  tally.check('a name that is to be asked about', right, `errno ${errno}, ${records}`);
  await inside.end();
  session.end();
}

/** Other name servers, answers of one's own making, and what another session was told. */
async function strangers({ guard, tally }: World, asker: string, outside: Performer): Promise<void> {
  const listen = ['127.0.0.1:5353/udp', '127.0.0.1:53/udp', '127.0.0.2:53/udp'];
  const egress = [...(NETWORK?.egress ?? []), '127.0.0.1:32768-60999/udp'];
  const session = new TestSession(guard, policyWith({ ...NETWORK, egress, listen }));
  const another = new TestSession(guard, policyWith(NETWORK));
  const [inside, beside] = [new Performer(asker), new Performer(asker)];
  session.enter(inside.pid);
  another.enter(beside.pid);
  const foreign = await inside.perform('look', 'api.example.com', '127.0.0.2');
  tally.check('another name server is not asked', foreign === EPERM, `errno ${foreign}`);
  const forged = await inside.perform('forge', 'api.example.com', '5353');
  const after = await inside.perform('connect', '203.0.113.66', P);
  const control = await outside.perform('connect', '203.0.113.66', P);
  tally.check(
    'an answer from a socket of its own',
    forged === 0 && control === 0 && after === EPERM,
    `${forged} ${after}`,
  );
  const other = await inside.perform('forge-from', 'api.example.com', '127.0.0.2');
  const still = await inside.perform('connect', '203.0.113.66', P);
  tally.check('an answer from another name server', other === 0 && still === EPERM, `${other} ${still}`);
  const apart = await inside.perform('forge-apart', 'api.example.com');
  const then = await inside.perform('connect', '203.0.113.66', P);
  tally.check('an answer from a network of its own', apart === 0 && then === EPERM, `${apart} ${then}`);
  const told = await inside.perform('look', 'api.example.com');
  const own = await inside.perform('connect', '203.0.113.10', P);
  const others = await beside.perform('connect', '203.0.113.10', P);
  tally.check('what another session was told', told === 0 && own === 0 && others === EPERM, `${told} ${own} ${others}`);
  await inside.end();
  await beside.end();
  session.end();
  another.end();
}

/** What was told too long ago has to be looked up again. */
async function expiry({ guard, source, tally }: World, asker: string): Promise<void> {
  const session = new TestSession(guard, policyWith(NETWORK));
  const inside = new Performer(asker);
  session.enter(inside.pid);
  await inside.perform('look', 'api.example.com');
  const early = await inside.perform('connect', '203.0.113.10', P);
  await new Promise((resolve) => setTimeout(resolve, SETTINGS.shortestSeconds * 1000 + 500));
  decisionsIn(source);
  const late = await inside.perform('connect', '203.0.113.10', P);
  const reason = decisionsIn(source)[0]?.reason;
  tally.check(
    'an answer that is too old',
    early === 0 && late === EPERM && reason === 'name-expired',
    `${early} ${late} ${reason}`,
  );
  await inside.perform('look', 'api.example.com');
  const again = await inside.perform('connect', '203.0.113.10', P);
  tally.check('looked up again', again === 0, `errno ${again}`);
  await inside.end();
  session.end();
}

/** libc asks these before any name server: refused, so that it goes on to the name server. */
async function resolverDaemons({ guard, tally }: World, performer: string): Promise<void> {
  const session = new TestSession(guard, policyWith(NETWORK));
  const [inside, outside] = [new Performer(performer), new Performer(performer)];
  session.enter(inside.pid);
  for (const socket of ['/run/nscd/socket', '/run/systemd/resolve/io.systemd.Resolve']) {
    mkdirSync(dirname(socket), { recursive: true });
    const served = await outside.perform('serve-locally', 'stream', socket);
    const control = await new Performer(performer).perform('connect-locally', 'stream', socket);
    const refused = await inside.perform('connect-locally', 'stream', socket);
    tally.check(
      `${socket} is closed`,
      served === 0 && control === 0 && refused === EPERM,
      `${served} ${control} ${refused}`,
    );
  }
  await inside.end();
  await outside.end();
  session.end();
}
