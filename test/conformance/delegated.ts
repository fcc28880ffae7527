/** Delegated rights: what their own compiled tables and the session's come to together, against the evaluator. */
import fc from 'fast-check';
import { compile } from '../../core/policy/compile.ts';
import { type DelegatedPolicy, delegatedPolicies, numberAfter } from '../../core/policy/delegated-rights.ts';
import { evaluate } from '../../core/policy/evaluate.ts';
import { evaluateDelegated } from '../../core/policy/evaluate-delegated.ts';
import { loadLocations } from '../../core/policy/locations.ts';
import { utf8 } from '../../core/policy/pattern/bytes.ts';
import { type PathRule, type Policy, ruleId } from '../../core/policy/rule.ts';
import type { Mount, PolicyTables } from '../../core/policy/tables.ts';
import { originOf } from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS, type PathOperation } from '../../core/policy/vocabulary.ts';
import { answerOf, walkTables } from '../../core/policy/walk-tables.ts';
import { type TableAnswer, TableReader } from './by-tables.ts';
import { Dice } from './dice.ts';
import { besides, instanceOf } from './instance.ts';
import { NAMES, policyIn, WHOLE_LANGUAGE } from './policies.ts';
import { isAtOrBelow, type Names, shownAt, split, type World } from './world.ts';

const HOME = '/home/u';
const PLACES = [HOME, `${HOME}/.ssh`, '/etc', '/etc/ssh'];
const LOCATIONS = loadLocations(HOME).filter(({ path }) => path.startsWith(`${HOME}/`));
const DEVICE = 7;
const ASKED_OF_ONE_POLICY = 12;
const NUMBERS = 20;
const AT_ONCE = 250;

/** The rights' own places seen elsewhere as well; what a mount shows inside of a location is not known by its own place. */
const MOUNTS: readonly (readonly Mount[])[] = [
  [],
  [{ root: HOME, mountpoint: '/a' }],
  [{ root: `${HOME}/.ssh`, mountpoint: `${HOME}/b` }],
].map((more) => [{ root: '/', mountpoint: '/' }, ...more].map((one) => ({ ...one, device: DEVICE, type: 'ext4' })));

const KINDS = [
  ...['what the policy opens by itself', 'what the manifest denies', 'another location', 'no rule of the right'],
  ...['its location', 'what no rule speaks of', 'several host paths'],
];

export type DelegatedRun = {
  readonly cases: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly shortcomings: readonly string[];
  readonly disagreement: string | null;
};

type Setting = { readonly policy: Policy; readonly mounts: readonly Mount[]; readonly slots: readonly number[][] };

const setting: fc.Arbitrary<Setting> = fc.record({
  policy: fc.noBias(policyIn(PLACES, WHOLE_LANGUAGE)),
  mounts: fc.constantFrom(...MOUNTS),
  slots: fc.noBias(
    fc.array(fc.array(fc.nat(251), { minLength: NUMBERS, maxLength: NUMBERS }), {
      minLength: 1,
      maxLength: ASKED_OF_ONE_POLICY,
      size: 'max',
    }),
  ),
});

export function compareDelegated(seed: number, least: number): DelegatedRun {
  const kinds = new Map(everyKind().map((kind) => [kind, 0]));
  let cases = 0;
  for (let turn = 0; cases < least; turn += 1) {
    const property = fc.property(setting, (one) => {
      cases += checkSetting(one, (kind) => void kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
    });
    const details = fc.check(property, { numRuns: AT_ONCE, seed: seed + turn });
    if (details.failed) {
      const disagreement = `delegated rights: ${String(details.errorInstance)}\nseed ${details.seed}, ${details.counterexamplePath}`;
      return { cases, kinds: Object.fromEntries(kinds), shortcomings: [], disagreement };
    }
  }
  const missing = [...kinds].filter(([, count]) => count === 0).map(([kind]) => `no case was about: ${kind}`);
  return { cases, kinds: Object.fromEntries(kinds), shortcomings: missing, disagreement: null };
}

/** Those that there are, and one whose rules go beyond its location: there the location alone keeps it out. */
function rightsAfter(first: number): DelegatedPolicy[] {
  const known = delegatedPolicies(HOME, first);
  const [model] = known;
  if (model === undefined) throw new Error('there is no delegated right');
  const next = numberAfter(known.flatMap(({ policy }) => policy.paths));
  const paths = [`${HOME}/**`, '/etc/**'].map((pattern, index): PathRule => {
    const id = ruleId(next + index);
    return {
      id,
      pattern,
      effect: 'allow',
      operations: ['read', 'write'],
      silent: false,
      origin: originOf(pattern, id),
    };
  });
  return [...known, { right: { ...model.right, id: 'beyond-its-location' }, policy: { ...model.policy, paths } }];
}

function everyKind(): string[] {
  const rights = rightsAfter(1);
  const own = rights.flatMap(({ right, policy }) =>
    policy.paths.flatMap(({ effect, operations }) =>
      operations.map((operation) => kindOf(right.id, effect, operation)),
    ),
  );
  return [...new Set([...own, ...KINDS.map((kind) => `delegated: ${kind}`)])];
}

const kindOf = (right: string, effect: string, operation: string) => `delegated: ${right}: ${effect} ${operation}`;

function checkSetting({ policy, mounts, slots }: Setting, count: (kind: string) => void): number {
  const world: World = { name: 'rights', mounts, home: [], pinned: [] };
  const rights = rightsAfter(numberAfter([...policy.paths, ...policy.network, ...policy.names]));
  const tables = tablesOf(policy, mounts);
  const reader = new TableReader(policy, world, tables, []);
  let cases = 0;
  for (const delegated of rights) {
    const own = tablesOf(delegated.policy, mounts);
    for (const numbers of slots) {
      const dice = new Dice(numbers);
      const names = namesNear(policy, delegated, dice);
      if (names === null) continue;
      const operation = dice.pick(dice.draw(2) === 0 ? (['read', 'write'] as const) : PATH_OPERATIONS);
      checkOne({ policy, world, delegated, names, operation, reader, tables, own }, count);
      cases += 1;
    }
  }
  return cases;
}

function tablesOf(policy: Policy, mounts: readonly Mount[]): PolicyTables {
  const tables = compile(policy, mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  return tables.value;
}

function namesNear(policy: Policy, delegated: DelegatedPolicy, dice: Dice): Names | null {
  const source = dice.draw(8);
  if (source === 0) return [...split(dice.pick(LOCATIONS).path), dice.pick(NAMES)];
  if (source === 1) return [...split(dice.pick(PLACES)), dice.pick(NAMES)];
  const names = instanceOf(dice.pick((source < 6 ? delegated.policy : policy).paths).pattern, dice);
  if (names === null || names.length === 0 || dice.draw(4) > 0) return names;
  return besides(names, 0, dice)?.names ?? null;
}

type Asked = {
  readonly policy: Policy;
  readonly world: World;
  readonly delegated: DelegatedPolicy;
  readonly names: Names;
  readonly operation: PathOperation;
  readonly reader: TableReader;
  readonly tables: PolicyTables;
  readonly own: PolicyTables;
};

function checkOne(asked: Asked, count: (kind: string) => void): void {
  const { policy, world, delegated, names, operation } = asked;
  const [path = '', ...aliases] = shownAt(world, names);
  const request = { operation, path, aliases };
  const expected = evaluateDelegated(policy, LOCATIONS, delegated, request);
  const found = byTables(asked);
  if (expected.verdict !== found.verdict || expected.reason !== found.reason || expected.rule !== found.rule)
    throw new Error(`${operation} ${path}: rules ${JSON.stringify(expected)}, tables ${JSON.stringify(found)}`);
  const before = evaluate(policy, LOCATIONS, request);
  const rule = delegated.policy.paths.find(({ id }) => id === expected.rule);
  if (aliases.length > 0) count('delegated: several host paths');
  if (rule !== undefined) {
    count(kindOf(delegated.right.id, rule.effect, operation));
    count(`delegated: ${before.reason === 'location' ? 'its location' : 'what no rule speaks of'}`);
  } else if (expected.verdict === 'allow') count('delegated: what the policy opens by itself');
  else if (before.reason === 'location' && before.location !== delegated.right.location)
    count('delegated: another location');
  else if (isDenied(policy, request)) count('delegated: what the manifest denies');
  else count('delegated: no rule of the right');
}

function isDenied(policy: Policy, request: Parameters<typeof evaluate>[2]): boolean {
  const { reason, verdict } = evaluate(policy, [], request);
  return reason === 'rule' && (verdict === 'block' || verdict === 'kill');
}

/** `judge` with `consider_delegation` and `judge_delegated` of bpf/verdict.h. Locations are known by the names of their files. */
function byTables({ policy, delegated, names, operation, reader, tables, own }: Asked): Omit<TableAnswer, 'records'> {
  const location = LOCATIONS.find(
    ({ path, verdicts }) => verdicts[operation] === 'block' && isAtOrBelow(names, split(path)),
  );
  const plain: Omit<TableAnswer, 'records'> = location
    ? { verdict: policy.onViolation, reason: 'location', rule: 0 }
    : reader.answer({ kind: 'object', names, operations: [operation], reports: 'all' });
  const isOpen = plain.reason === 'no-rule' || (location !== undefined && location.name === delegated.right.location);
  if (plain.verdict === 'allow' || !isOpen) return plain;
  const bytes = names.map(utf8);
  const ownWord = answerOf(tables, walkTables(tables, DEVICE, bytes), operation).verdict;
  if (ownWord === 'block' || ownWord === 'kill') return plain;
  const right = answerOf(own, walkTables(own, DEVICE, bytes), operation);
  if (right.verdict !== 'allow' && right.verdict !== 'require_approval') return plain;
  return { verdict: right.verdict, reason: 'rule', rule: right.rule };
}
