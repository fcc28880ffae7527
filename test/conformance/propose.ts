/** Deeds near what the rules of a policy speak of. */
import type { Told } from '../../core/names/history.ts';
import { coversName, parseNamePattern } from '../../core/names/host-name.ts';
import { ROUTE_PORTS } from '../../core/policy/host-tables.ts';
import type { NameRule, Policy } from '../../core/policy/rule.ts';
import { ADDRESSES, OWN_ADDRESSES } from './addresses.ts';
import { type Deed, DOUBLE, type Double, SINGLE, type Single } from './deed.ts';
import type { Dice } from './dice.ts';
import { besides, instanceOf, type NearMiss } from './instance.ts';
import { type Language, NAMES } from './policies.ts';
import type { Tree } from './tree.ts';
import { type Names, namesOf, type World } from './world.ts';

export type Situation = {
  readonly policy: Policy;
  readonly language: Language;
  readonly world: World;
  readonly tree: Tree;
  readonly told: readonly Told[];
};

/** Executing is asked about twice, and so the second is rare. */
const SINGLES: readonly Single[] = [...(Object.keys(SINGLE) as Single[]), 'exec'];
const DOUBLES = Object.keys(DOUBLE) as Double[];
const THROUGH_LINKS: readonly Single[] = ['read', 'write', 'read-write', 'truncate', 'chmod', 'exec'];

const PORTS = [1080, 1079, 1081, 1000, 2000, 2001, 1500, 3000];
const BYTES = [1, 60, 500];

/** One that a rule means, or that lies anywhere; null where the dice make none. */
export function deedNear(situation: Situation, dice: Dice): Deed | null {
  const turn = dice.draw(24);
  if (turn < 17) return onPaths(situation, dice);
  if (turn < 23) return onAddress(situation, dice);
  return dice.pick<Deed>([{ kind: 'fork' }, { kind: 'fork' }, { kind: 'reap' }]);
}

function onPaths(situation: Situation, dice: Dice): Deed | null {
  const calls = dice.pick<readonly (Single | Double)[]>([SINGLES, SINGLES, SINGLES, SINGLES, DOUBLES]);
  const call = dice.pick(calls);
  if (call === 'unix-connect' && !situation.language.unixConnect) return null;
  const names = pathNear(situation, dice);
  if (call in SINGLE) {
    const single = call as Single;
    const isCalledByLink = THROUGH_LINKS.includes(single) && dice.draw(6) === 5;
    const through = isCalledByLink ? [...situation.world.home, `link-${situation.tree.all().length}`] : null;
    return { kind: 'single', call: single, names, through };
  }
  return { kind: 'double', call: call as Double, names, other: pathNear(situation, dice) };
}

function pathNear({ policy, world, tree }: Situation, dice: Dice): Names {
  const source = dice.draw(8);
  const anywhere = [...world.home, ...Array.from({ length: 1 + dice.draw(3) }, () => dice.pick(NAMES))];
  if (source === 6) return anywhere;
  const present = tree.all();
  if (source === 7 && present.length > 0) return dice.pick(present);
  const rule = dice.pick(policy.paths);
  const meant = instanceOf(rule.pattern, dice);
  return (meant === null ? null : namesOf(world, meant)) ?? anywhere;
}

function onAddress({ language, policy, told }: Situation, dice: Dice): Deed {
  const port = dice.pick(PORTS);
  const call = dice.pick(['connect', 'connect', 'connect', 'send', 'listen'] as const);
  if (call === 'send') return { kind: 'send', address: dice.pick(OWN_ADDRESSES), port, bytes: dice.pick(BYTES) };
  if (call === 'listen' && language.listen) {
    return { kind: 'address', call, address: dice.pick(OWN_ADDRESSES), port, protocol: 'tcp' };
  }
  const protocol = dice.pick(['udp', 'tcp'] as const);
  const wanted = told.length > 0 ? dice.draw(6) : 0;
  if (wanted === 0) return { kind: 'address', call: 'connect', address: dice.pick(ADDRESSES), port, protocol };
  const meant = told.filter(({ name }) => policy.names.some((rule) => speaksOf(rule, name)));
  const { address } = dice.pick(meant.length > 0 ? meant : told);
  // as libc does to sort what it was told
  if (wanted === 1) return { kind: 'address', call: 'connect', address, port: dice.pick(ROUTE_PORTS), protocol: 'udp' };
  return { kind: 'address', call: 'connect', address, port, protocol };
}

function speaksOf({ name: pattern }: NameRule, name: string): boolean {
  return coversName(parseNamePattern(pattern), parseNamePattern(name));
}

/** The same deed one step beside; null where there is no such step. */
export function beside(deed: Deed, fixed: number, dice: Dice): { deed: Deed; kind: NearMiss } | null {
  if (deed.kind === 'single') {
    const step = besides(deed.names, fixed, dice);
    return step && { kind: step.kind, deed: { ...deed, names: step.names, through: null } };
  }
  if (deed.kind === 'address') {
    const port = dice.pick(PORTS);
    return port === deed.port ? null : { kind: 'sibling', deed: { ...deed, port } };
  }
  if (deed.kind !== 'double') return null;
  const isFirst = dice.draw(2) === 0;
  const step = besides(isFirst ? deed.names : deed.other, fixed, dice);
  return step && { kind: step.kind, deed: { ...deed, [isFirst ? 'names' : 'other']: step.names } };
}
