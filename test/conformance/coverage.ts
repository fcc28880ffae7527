/** What the cases of a run were about, and whether that was enough to mean anything. */
import { evaluateAddress } from '../../core/policy/evaluate.ts';
import { parsePrefix } from '../../core/policy/network-address.ts';
import type { NameRule, NetworkRule, PathRule, Policy } from '../../core/policy/rule.ts';
import {
  NETWORK_OPERATIONS,
  OPERATIONS,
  PATH_OPERATIONS,
  type Reason,
  VERDICTS,
  type Verdict,
} from '../../core/policy/vocabulary.ts';
import { DOUBLE, SINGLE } from './deed.ts';
import type { Case } from './history.ts';
import type { NearMiss } from './instance.ts';
import type { Language } from './policies.ts';
import type { Question } from './question.ts';

const DECIDABLE = VERDICTS.filter((word) => word !== 'none');
const NEAR_MISSES: readonly NearMiss[] = ['sibling', 'extra component', 'changed case'];
const LEAST_SHARE_OF_VERDICT = 0.2;
const LEAST_SHARE_OF_FLIPS = 0.25;
/** Some of a hundred kinds are rare: fewer cases need not have met them all. */
const CASES_FOR_EVERY_KIND = 10_000;

const WILDCARDS: Readonly<Record<string, (pattern: string) => boolean>> = {
  literal: (pattern) => !/[*?[{]/.test(pattern),
  '?': (pattern) => pattern.includes('?'),
  '*': (pattern) => /(^|[^*\\])\*($|[^*])/.test(pattern),
  '**': (pattern) => pattern.includes('**'),
  '[..]': (pattern) => /(^|[^\\])\[/.test(pattern),
  '{a,b}': (pattern) => pattern.includes('{'),
};

const PREFIX_CLASSES = ['IPv4 /0', 'IPv4 /1-31', 'IPv4 /32', 'IPv6 /0', 'IPv6 /1-127', 'IPv6 /128'];
const PORT_CLASSES = ['any port', 'one port', 'a range of ports'];

export type CoverageReport = {
  readonly cases: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly nearMisses: Readonly<Record<string, number>>;
  readonly flips: number;
  /** By kind of rule, reason, call: how many cases it decided. */
  readonly kinds: Readonly<Record<string, number>>;
};

export class Coverage {
  readonly #verdicts = new Map<string, number>(DECIDABLE.map((word) => [word, 0]));
  readonly #nearMisses = new Map<string, number>(NEAR_MISSES.map((kind) => [kind, 0]));
  readonly #kinds: Map<string, number>;
  #cases = 0;
  #flips = 0;

  constructor(language: Language) {
    this.#kinds = new Map(everyKind(language).map((kind) => [kind, 0]));
  }

  get cases(): number {
    return this.#cases;
  }

  count(policy: Policy, one: Case): void {
    this.#cases += 1;
    add(this.#verdicts, one.verdict);
    if (one.nearMiss !== null) {
      add(this.#nearMisses, one.nearMiss.kind);
      if (one.nearMiss.flips) this.#flips += 1;
    }
    for (const kind of kindsOf(policy, one)) add(this.#kinds, kind);
  }

  report(): CoverageReport {
    return {
      cases: this.#cases,
      verdicts: Object.fromEntries(this.#verdicts),
      nearMisses: Object.fromEntries(this.#nearMisses),
      flips: this.#flips,
      kinds: Object.fromEntries(this.#kinds),
    };
  }

  /** What is missing for the run to mean anything, in words. */
  shortcomings(): string[] {
    const share = (count: number) => `${((100 * count) / this.#cases).toFixed(1)} %`;
    const rare = [...this.#verdicts].filter(([, count]) => count < this.#cases * LEAST_SHARE_OF_VERDICT);
    const expected = this.#cases < CASES_FOR_EVERY_KIND ? [...this.#nearMisses] : [...this.#nearMisses, ...this.#kinds];
    const missing = expected.filter(([, count]) => count === 0);
    return [
      ...rare.map(([verdict, count]) => `only ${share(count)} of the cases are ${verdict}`),
      ...(this.#flips < this.#cases * LEAST_SHARE_OF_FLIPS
        ? [`only ${share(this.#flips)} of the cases are near misses that are answered otherwise`]
        : []),
      ...missing.map(([kind]) => `no case was about: ${kind}`),
    ];
  }
}

function everyKind(language: Language): string[] {
  const { unixConnect, listen, limits, undeclared, names } = language;
  const pathOperations = PATH_OPERATIONS.filter((operation) => operation !== 'connect' || unixConnect);
  const networkOperations = NETWORK_OPERATIONS.filter((operation) => operation !== 'listen' || listen);
  const silent = OPERATIONS.filter((operation) => operation !== 'listen' || listen);
  return [
    ...DECIDABLE.flatMap((effect) => pathOperations.map((operation) => `rule: ${effect} ${operation}`)),
    ...DECIDABLE.flatMap((effect) => networkOperations.map((operation) => `address: ${effect} ${operation}`)),
    ...Object.keys(WILDCARDS).map((kind) => `pattern: ${kind}`),
    ...[...PREFIX_CLASSES, ...PORT_CLASSES, 'protocol any', 'protocol tcp', 'protocol udp'].map(
      (kind) => `address: ${kind}`,
    ),
    ...DECIDABLE.map((effect) => `name: ${effect}`),
    ...['name: exact', 'name: ending', 'name: private-address', 'name: a route', 'name: beside a rule on addresses'],
    ...['name: several lead there', 'name: refused although another grants it'],
    ...['protocol any', 'protocol tcp', 'protocol udp', ...PORT_CLASSES].map((kind) => `name: ${kind}`),
    ...(names === 'over time' ? ['name: name-expired'] : []),
    ...(undeclared
      ? silent.flatMap((operation) => [`undeclared: ask ${operation}`, `undeclared: audit ${operation}`])
      : []),
    ...silent.map((operation) => `undeclared: refuse ${operation}`),
    ...(limits ? ['limit-deletions', 'limit-processes', 'limit-bytes'] : []),
    ...['directory-move', 'allowed: reported', 'allowed: silently', 'several host paths', 'by a symbolic link'],
    ...['the target exists', 'the target does not exist', 'killed by onViolation'],
    ...[...Object.keys(SINGLE).filter((call) => call !== 'unix-connect' || unixConnect), ...Object.keys(DOUBLE)].map(
      (call) => `call: ${call}`,
    ),
  ];
}

function kindsOf(policy: Policy, one: Case): Set<string> {
  const kinds = new Set<string>();
  const last = one.answers.length - 1;
  one.answers.forEach((answer, index) => {
    // of what is allowed every part decided, of what is refused the refusal
    if (one.verdict !== 'allow' && index < last) return;
    const question = one.questions[index] as Question;
    for (const because of answer.because) addReason(kinds, policy, question, answer.verdict, because);
    if (answer.verdict === 'allow' && question.kind !== 'limit') {
      kinds.add(answer.records === 0 ? 'allowed: silently' : 'allowed: reported');
    }
  });
  addDeed(kinds, one);
  return kinds;
}

function addDeed(kinds: Set<string>, { deed, questions, world }: Case): void {
  if (deed.kind === 'single' || deed.kind === 'double') kinds.add(`call: ${deed.call}`);
  if (deed.kind === 'single' && deed.through !== null) kinds.add('by a symbolic link');
  for (const question of questions) {
    if (question.kind === 'rename') kinds.add(`the target ${question.targetExists ? 'exists' : 'does not exist'}`);
  }
  if (deed.kind === 'single' && world.mounts.length > 1 && shownTwice(world.mounts, deed.names))
    kinds.add('several host paths');
}

function addReason(
  kinds: Set<string>,
  policy: Policy,
  question: Question,
  verdict: Verdict,
  { reason, rule }: { reason: Reason; rule: number },
): void {
  const path = policy.paths.find(({ id }) => id === rule);
  const network = policy.network.find(({ id }) => id === rule);
  if (path !== undefined) addPathRule(kinds, path, operationsOf(question));
  if (network !== undefined) addNetworkRule(kinds, network);
  const named = policy.names.find(({ id }) => id === rule);
  if (named !== undefined && question.kind === 'address') addNameRule(kinds, policy, named, question);
  if (reason === 'private-address' || reason === 'name-expired') kinds.add(`name: ${reason}`);
  if (path?.effect === 'block' && verdict === 'kill') kinds.add('killed by onViolation');
  if (reason === 'no-rule' || reason === 'audit-mode') {
    const how = reason === 'audit-mode' ? 'audit' : verdict === 'require_approval' ? 'ask' : 'refuse';
    for (const operation of operationsOf(question)) kinds.add(`undeclared: ${how} ${operation}`);
  }
  if (reason === 'directory-move' || reason.startsWith('limit-')) kinds.add(reason);
}

/** Of several operations asked at once it is not known which decided; only single ones count. */
function operationsOf(question: Question): readonly string[] {
  if (question.kind === 'object') return question.operations.length === 1 ? question.operations : [];
  if (question.kind === 'address') return [question.operation];
  return [];
}

function addPathRule(kinds: Set<string>, { effect, pattern }: PathRule, operations: readonly string[]): void {
  for (const operation of operations) kinds.add(`rule: ${effect} ${operation}`);
  for (const [kind, has] of Object.entries(WILDCARDS)) if (has(pattern)) kinds.add(`pattern: ${kind}`);
}

function addNetworkRule(kinds: Set<string>, { effect, operation, prefix, ports, protocol }: NetworkRule): void {
  kinds.add(`address: ${effect} ${operation}`).add(`address: protocol ${protocol}`);
  kinds.add(`address: ${prefixClass(prefix)}`).add(`address: ${portClass(ports)}`);
}

type AddressQuestion = Question & { kind: 'address' };

function addNameRule(
  kinds: Set<string>,
  policy: Policy,
  rule: NameRule,
  { operation, request }: AddressQuestion,
): void {
  const { id, effect, name, ports, protocol } = rule;
  kinds
    .add(`name: ${effect}`)
    .add(`name: protocol ${protocol}`)
    .add(`name: ${portClass(ports)}`);
  kinds.add(`name: ${name.startsWith('*.') ? 'ending' : 'exact'}`);
  if (request.port < ports.low || request.port > ports.high) kinds.add('name: a route');
  if ((request.names?.current.length ?? 0) > 1) kinds.add('name: several lead there');
  const alone = evaluateAddress({ ...policy, names: [] }, operation, request);
  if (alone.reason === 'rule') kinds.add('name: beside a rule on addresses');
  const others = policy.names.filter((one) => one.id !== id);
  const isGrantedElsewhere = evaluateAddress({ ...policy, names: others }, operation, request).verdict === 'allow';
  if (effect === 'block' && isGrantedElsewhere) kinds.add('name: refused although another grants it');
}

function prefixClass(text: string): string {
  const isIpv4 = text.includes('.');
  const length = (parsePrefix(text)?.length ?? 0) - (isIpv4 ? 96 : 0);
  const [family, whole] = isIpv4 ? ['IPv4', 32] : ['IPv6', 128];
  if (length === 0 || length === whole) return `${family} /${length}`;
  return `${family} /1-${whole - 1}`;
}

function portClass({ low, high }: { low: number; high: number }): string {
  if (low === high) return 'one port';
  return high - low >= 65_534 ? 'any port' : 'a range of ports';
}

function shownTwice(mounts: Case['world']['mounts'], names: readonly string[]): boolean {
  const path = names.map((name) => `/${name}`).join('');
  return mounts.filter(({ root }) => root === '/' || path === root || path.startsWith(`${root}/`)).length > 1;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
