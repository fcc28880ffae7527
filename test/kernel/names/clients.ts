/** Programs as they are, each with its own way to look a name up: what is granted is reached at the first attempt. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionsIn } from '../decisions.ts';
import { numbersOf, TestSession } from '../session.ts';
import { PORT, policyWith, type World } from './world.ts';
import type { Answer } from './zone.ts';

const NODE = '/opt/ringfence/runtime/bin/node';
const GRANTED = { egress: [`api.example.com:${PORT}`, `*.example.org:${PORT}`] };
/** How the zone answers, by the first letter of the name. */
const KINDS = ['a', 'c', 'm', 't', 's', 'p', 'u', 'b'] as const;
/** Kinds that lead to IPv6 alone. */
const SIX = ['s', 'u'];
const V4_OF_KINDS = 6;
const ADDRESSES_A_NETWORK = 250;
const FOUR = ['203.0.113', '198.51.100', '192.0.2'] as const;

export function roundNames(rounds: number, asksByStream: boolean): string[] {
  return Array.from({ length: rounds }, (_, round) => {
    const kind = KINDS[round % KINDS.length] ?? 'a';
    return `${kind === 't' && !asksByStream ? 'u' : kind}${round}.example.org`;
  });
}

/** A new IPv4 address for each round that has one, until there are none left. */
function four(round: number): string {
  const before = KINDS.slice(0, round % KINDS.length).filter((kind) => !SIX.includes(kind)).length;
  const index = Math.floor(round / KINDS.length) * V4_OF_KINDS + before;
  return `${FOUR[index % FOUR.length]}.${1 + (Math.floor(index / FOUR.length) % ADDRESSES_A_NETWORK)}`;
}

const six = (round: number) => `2001:db8::${(round + 1).toString(16)}`;

/** For the names of `roundNames`; null for others. */
export function answerOfRound(name: string): Answer | null {
  const [, kind, digits] = /^([a-z])([0-9]+)\.example\.org$/.exec(name) ?? [];
  if (digits === undefined) return null;
  const round = Number(digits);
  const own = four(round);
  switch (kind) {
    case 'a':
      return { addresses: [own] };
    case 'c':
      return { addresses: [own], alias: 'cdn.example.net' };
    case 'm': {
      const pool = ['203.0.113.251', '203.0.113.252', '203.0.113.253'];
      return { addresses: [own, ...pool.slice(round % 3), ...pool.slice(0, round % 3)] };
    }
    case 't':
      return { addresses: [own], truncated: 'none' };
    case 'u':
      return { addresses: [six(round)], truncated: 'all' };
    case 's':
      return { addresses: [six(round)] };
    case 'p':
      return { addresses: [`::ffff:${own}`] };
    case 'b':
      return { addresses: [own, six(round)] };
    default:
      return null;
  }
}

type Client = readonly [name: string, program: string, words: readonly string[]];

export async function clients(world: World): Promise<void> {
  const { programs, rounds, bun, tally } = world;
  const file = '/home/names';
  const fileOfMusl = '/home/names-of-musl';
  writeFileSync(file, `${roundNames(rounds, true).join('\n')}\n`);
  // Debian's musl takes a truncated answer for whole
  writeFileSync(fileOfMusl, `${roundNames(rounds, false).join('\n')}\n`);
  const script = join(import.meta.dirname, 'clients', 'client.mjs');
  const port = String(PORT);
  const all: readonly Client[] = [
    ['glibc', join(programs, 'client'), [port, file]],
    ['musl', join(programs, 'client-musl'), [port, fileOfMusl]],
    ['Python', '/usr/bin/python3', ['-I', join(import.meta.dirname, 'clients', 'client.py'), port, file]],
    ['Node, by the system', NODE, [script, 'lookup', port, file]],
    ['Node, by c-ares', NODE, [script, 'resolve', port, file]],
    ['Bun, by the system', bun, [script, 'lookup', port, file]],
    ['Bun, by c-ares', bun, [script, 'resolve', port, file]],
  ];
  for (const client of all) await tryClient(world, client);
  tally.check('some names were asked for by stream', world.server.askedByStream > 0);
}

async function tryClient({ guard, source, tally, rounds }: World, [name, program, words]: Client): Promise<void> {
  if (!existsSync(program)) {
    tally.check(`${name}: there is such a program`, false, program);
    return;
  }
  const control = await numbersOf(program, words, null);
  tally.check(`${name}, control: unguarded it reaches all`, control.done === rounds, JSON.stringify(control));
  const session = new TestSession(guard, policyWith(GRANTED));
  decisionsIn(source);
  const started = performance.now();
  const guarded = await numbersOf(program, words, session);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  tally.check(`${name}: it reaches all`, guarded.done === rounds && guarded.refused === 0, JSON.stringify(guarded));
  const refused = decisionsIn(source).filter(({ verdict }) => verdict !== 'allow');
  const shown = refused.slice(0, 5).map(({ call, address, port, reason }) => `${call} ${address}:${port} ${reason}`);
  tally.check(`${name}: nothing it did was refused`, refused.length === 0, `${refused.length}: ${shown.join(', ')}`);
  console.log(`    ${name}: ${guarded.done} of ${rounds} names in ${seconds} s, ${refused.length} refusals`);
  session.end();
}
