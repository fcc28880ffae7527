/**
 * The kernel against the evaluator: generated policies, operations that are really carried out, and for each the verdict
 * that the specification gives. The oracle gets what the test declared (host path, operation), never the kernel's event.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { compile } from '../../core/policy/compile.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { evaluate, evaluateAddress } from '../../core/policy/evaluate.ts';
import { evaluateRename } from '../../core/policy/evaluate-rename.ts';
import type { NetworkRule, PathRule, Policy } from '../../core/policy/rule.ts';
import { ruleId } from '../../core/policy/rule.ts';
import {
  hostPathsOf,
  instanceOf,
  name,
  names,
  originOf,
  policy as pathPolicy,
} from '../../core/policy/testing/generated-policy.ts';
import { PATH_OPERATIONS, type PathOperation, type Reason, verdictCode } from '../../core/policy/vocabulary.ts';
import type { DecisionEvent, KernelSource } from '../../helper/audit/kernel-event.ts';
import type { Guard } from '../../helper/kernel/guard.ts';
import type { Label } from '../../helper/kernel/layout.ts';
import { CHILD_KILLED, Performer } from './performer.ts';
import { settingsFor } from './policy-settings.ts';
import type { Tally } from './tally.ts';

/** Where objects lie. `shows`: the host paths of an object, by its names below the place. */
export interface World {
  readonly root: string;
  readonly shows: (below: readonly string[]) => string[];
}

export interface ConformanceSetup {
  readonly guard: Guard;
  readonly source: KernelSource;
  readonly worlds: readonly World[];
  readonly performer: string;
  readonly program: string;
  readonly policies: number;
  readonly casesEach: number;
  readonly seed: number;
}

export interface ConformanceCount {
  executed: number;
  disagreements: number;
  /** How often each verdict was the expected one. */
  readonly verdicts: Record<string, number>;
}

const EPERM = 1;

/** The folder of a world that a bind mount shows a second time. */
const SHOWN_TWICE = 'a';

/** Operations on one path, with what each asks of the policy, in the order the kernel asks. */
const SINGLE: Readonly<
  Record<string, { readonly needs: readonly PathOperation[][]; readonly object: 'file' | 'directory' | 'absent' }>
> = {
  read: { needs: [['read']], object: 'file' },
  write: { needs: [['write']], object: 'file' },
  'read-write': { needs: [['read', 'write']], object: 'file' },
  'truncating-open': { needs: [['read', 'write']], object: 'file' },
  create: { needs: [['create', 'write'], ['write']], object: 'absent' },
  mkdir: { needs: [['create']], object: 'absent' },
  mknod: { needs: [['create']], object: 'absent' },
  symlink: { needs: [['create']], object: 'absent' },
  unlink: { needs: [['delete']], object: 'file' },
  rmdir: { needs: [['delete']], object: 'directory' },
  truncate: { needs: [['write']], object: 'file' },
  chmod: { needs: [['write']], object: 'file' },
  chown: { needs: [['write']], object: 'file' },
  exec: { needs: [['read'], ['exec']], object: 'file' },
};

const DOUBLE = ['link', 'rename', 'rename-directory', 'exchange'] as const;

interface Case {
  readonly operation: string;
  readonly path: readonly string[];
  readonly other: readonly string[];
  readonly targetExists: boolean;
}

/** Names that a rule means, or a step beside them. */
function pathNear(policy: Policy, root: string): fc.Arbitrary<string[]> {
  return fc
    .record({
      anywhere: names,
      rule: fc.nat(20),
      filler: fc.array(name, { minLength: 1, maxLength: 4 }),
      step: fc.nat(5),
      extra: name,
    })
    .map(({ anywhere, rule, filler, step, extra }) => {
      const pattern = policy.paths[rule % policy.paths.length]?.pattern ?? root;
      if (step === 0 || !pattern.startsWith(`${root}/`) || /[{]/.test(pattern)) return [...anywhere, extra];
      const meant = instanceOf(pattern.slice(root.length), filler);
      if (step === 1) return [...meant, extra];
      if (step === 2) return [...meant.slice(0, -1), extra];
      return meant.length > 0 ? meant : [extra];
    });
}

function caseOf(policy: Policy, root: string): fc.Arbitrary<Case> {
  return fc.record({
    operation: fc.constantFrom(...Object.keys(SINGLE), ...DOUBLE, ...DOUBLE),
    path: pathNear(policy, root),
    other: pathNear(policy, root),
    targetExists: fc.boolean(),
  });
}

function openings(places: readonly string[], before: number): PathRule[] {
  return places.map((root, index) => {
    const id = ruleId(before + index + 1);
    const pattern = `${root}/**`;
    return {
      id,
      effect: 'allow',
      operations: [...PATH_OPERATIONS],
      pattern,
      silent: false,
      origin: originOf(pattern, id),
    };
  });
}

/** Patterns of the generator, put below one of the worlds' places. */
function policyIn(places: readonly string[]): fc.Arbitrary<Policy> {
  return fc
    .record({ base: pathPolicy, place: fc.array(fc.nat(50), { minLength: 8, maxLength: 8 }), network })
    .map(({ base, place, network: rules }) => {
      const paths = base.paths.map((rule, index) => {
        const root = places[(place[index % 8] ?? 0) % places.length] ?? '';
        const pattern = `${root}${rule.pattern === '/' ? '' : rule.pattern}`;
        return { ...rule, pattern, origin: originOf(pattern, rule.id) };
      });
      // three of four open their places, so that what they forbid stands out against what they allow
      if ((place[0] ?? 0) % 4 > 0) paths.push(...openings(places, paths.length));
      return {
        ...base,
        paths,
        network: rules.map((rule, index) => ({ ...rule, id: ruleId(paths.length + index + 1) })),
      };
    });
}

const network: fc.Arbitrary<NetworkRule[]> = fc.array(
  fc.record({
    id: fc.constant(ruleId(1)),
    effect: fc.constantFrom('allow', 'allow', 'block' as const),
    operation: fc.constant('connect' as const),
    prefix: fc.constantFrom('127.0.0.1/32', '127.0.0.0/8', '127.0.0.2/31', '::1/128', '::/64', '127.64.0.0/10'),
    ports: fc.constantFrom({ low: 1, high: 65_535 }, { low: 80, high: 80 }, { low: 1000, high: 2000 }),
    protocol: fc.constantFrom('any', 'udp', 'tcp' as const),
    origin: fc.constant(originOf('generated', ruleId(1))),
  }),
  { maxLength: 4 },
);

const connection = fc.record({
  address: fc.constantFrom(
    '127.0.0.1',
    '127.0.0.2',
    '127.0.0.3',
    '127.80.1.1',
    '127.200.0.1',
    '::1',
    '::ffff:127.0.0.1',
  ),
  port: fc.constantFrom(79, 80, 81, 1000, 1500, 2000, 2001),
});

export async function conformance(setup: ConformanceSetup, tally: Tally): Promise<ConformanceCount> {
  const count: ConformanceCount = { executed: 0, disagreements: 0, verdicts: {} };
  const places = setup.worlds.flatMap((world) => [
    world.root,
    ...new Set(world.shows(['a']).map((path) => dirname(path))),
  ]);
  const policies = fc.sample(policyIn(places), { numRuns: setup.policies, seed: setup.seed });
  for (const [index, policy] of policies.entries()) {
    await onePolicy(setup, policy, setup.seed + index, count, tally);
  }
  return count;
}

/** A labelled performer; a new one each time a rule has killed it. */
class Subject {
  readonly #setup: ConformanceSetup;
  readonly #label: Label;
  #performer: Performer;

  constructor(setup: ConformanceSetup, label: Label) {
    this.#setup = setup;
    this.#label = label;
    this.#performer = this.#start();
  }

  #start(): Performer {
    const performer = new Performer(this.#setup.performer);
    const reports = this.#setup.guard.side.label(performer.pid, this.#label);
    if (reports.length !== 1 || reports[0]?.error !== 0) throw new Error('the performer could not be labelled');
    return performer;
  }

  async perform(operation: string, path: string, other: string): Promise<number | null> {
    const errno = await this.#performer.perform(operation, path, other);
    if (errno === null) {
      await this.#performer.end();
      this.#performer = this.#start();
    }
    return errno;
  }

  async end(): Promise<void> {
    await this.#performer.end();
  }
}

async function onePolicy(
  setup: ConformanceSetup,
  policy: Policy,
  seed: number,
  count: ConformanceCount,
  tally: Tally,
): Promise<void> {
  const { guard } = setup;
  const tables = compile(policy, guard.mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  const placement = guard.policies.install(tables.value, settingsFor(policy));
  const session = BigInt(seed);
  const subject = new Subject(setup, { session, policy: placement.policy, generation: 1, skill: 0, flags: 0 });
  for (const world of setup.worlds) {
    const cases = fc.sample(caseOf(policy, world.root), { numRuns: setup.casesEach, seed });
    for (const one of cases) await oneCase(setup, world, policy, subject, one, count, tally);
  }
  for (const { address, port } of fc.sample(connection, { numRuns: 6, seed })) {
    const expected = evaluateAddress(policy, 'connect', { address, port, protocol: 'udp' });
    const errno = await subject.perform('connect', address, String(port));
    record(count, tally, `connect ${address} ${port}`, [expected], errno, policy);
  }
  await subject.end();
  guard.policies.remove(placement);
  guard.side.forgetSession(session);
}

const isRefused = (decision: Decision): boolean => decision.verdict !== 'allow';

async function oneCase(
  setup: ConformanceSetup,
  world: World,
  policy: Policy,
  subject: Subject,
  one: Case,
  count: ConformanceCount,
  tally: Tally,
): Promise<void> {
  const path = [world.root, ...one.path].join('/');
  const other = [world.root, ...one.other].join('/');
  const isDouble = (DOUBLE as readonly string[]).includes(one.operation);
  if (one.path.length === 0 || isImpossible(path, isDouble ? other : null)) return;
  // the folder that is shown twice stays where it is
  if ([one.path, ...(isDouble ? [one.other] : [])].some((names) => names.join('/') === SHOWN_TWICE)) return;
  empty(world.root);
  const isDirectory = one.operation === 'rename-directory' || SINGLE[one.operation]?.object === 'directory';
  place(setup, path, SINGLE[one.operation]?.object === 'absent' ? 'absent' : isDirectory ? 'directory' : 'file');
  const exists = one.operation === 'exchange' || (one.operation === 'rename' && one.targetExists);
  if (isDouble) place(setup, other, exists ? 'file' : 'absent');
  drain(setup.source);
  const errno = await subject.perform(one.operation, path, other);
  const expected = isDouble ? expectDouble(policy, world, one, exists) : expectSingle(policy, world, one);
  const label = `${one.operation} ${path}${isDouble ? ` ${other}` : ''}`;
  const agreed = record(count, tally, label, expected, errno, policy);
  const refused = expected.some(isRefused);
  if (agreed && refused) checkRecord(setup.source, label, expected, count, tally);
  if (agreed) checkEffect(one, path, refused, tally);
}

/** Leaves the folder that is mounted elsewhere in its place. */
function empty(root: string): void {
  for (const entry of readdirSync(root)) {
    const path = `${root}/${entry}`;
    if (entry !== SHOWN_TWICE) rmSync(path, { recursive: true, force: true });
    else for (const below of readdirSync(path)) rmSync(`${path}/${below}`, { recursive: true, force: true });
  }
}

/** Two paths one of which holds the other cannot be renamed or linked into each other. */
function isImpossible(path: string, other: string | null): boolean {
  if (other === null) return false;
  return path === other || `${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`);
}

function place(setup: ConformanceSetup, path: string, object: 'file' | 'directory' | 'absent'): void {
  mkdirSync(object === 'directory' ? path : dirname(path), { recursive: true });
  if (object === 'file') copyFileSync(setup.program, path);
}

/** What is asked together comes together, the strictest first: that is the answer. */
function expectSingle(policy: Policy, world: World, one: Case): Decision[] {
  const [path = '', ...aliases] = world.shows(one.path);
  const needs = SINGLE[one.operation]?.needs ?? [];
  return needs.flatMap((together) =>
    together
      .map((operation) => evaluate(policy, [], { operation, path, aliases }))
      .sort((a, b) => verdictCode(b.verdict) - verdictCode(a.verdict)),
  );
}

function expectDouble(policy: Policy, world: World, one: Case, targetExists: boolean): Decision[] {
  const [from = '', ...fromAliases] = world.shows(one.path);
  const [to = '', ...toAliases] = world.shows(one.other);
  if (one.operation === 'link') {
    return [
      evaluate(policy, [], { operation: 'write', path: from, aliases: fromAliases }),
      evaluate(policy, [], { operation: 'create', path: to, aliases: toAliases }),
    ];
  }
  const directory = one.operation === 'rename-directory';
  const exchange = one.operation === 'exchange';
  if (exchange) return expectExchange(policy, from, fromAliases, to, toAliases);
  return [evaluateRename(policy, [], from, to, { directory, targetExists, fromAliases, toAliases })];
}

/** The kernel asks for an exchange as for two renames onto each other, and stops at the first that is refused. */
function expectExchange(
  policy: Policy,
  from: string,
  fromAliases: readonly string[],
  to: string,
  toAliases: readonly string[],
): Decision[] {
  const shared = { directory: false, targetExists: true };
  return [
    evaluateRename(policy, [], to, from, { ...shared, fromAliases: toAliases, toAliases: fromAliases }),
    evaluateRename(policy, [], from, to, { ...shared, fromAliases, toAliases }),
  ];
}

/** The answer to the first thing that is refused; the kernel asks no further. */
function expectedErrno(operation: string, expected: readonly Decision[]): number | null {
  const first = expected.find(isRefused);
  if (first === undefined) return 0;
  if (first.verdict !== 'kill') return EPERM;
  return operation === 'exec' ? CHILD_KILLED : null;
}

function record(
  count: ConformanceCount,
  tally: Tally,
  label: string,
  decisions: readonly Decision[],
  errno: number | null,
  policy: Policy,
): boolean {
  const expected = expectedErrno(label.split(' ')[0] ?? '', decisions);
  const verdict = decisions.find(isRefused)?.verdict ?? 'allow';
  count.executed += 1;
  count.verdicts[verdict] = (count.verdicts[verdict] ?? 0) + 1;
  const agreed = errno === expected;
  if (!agreed) count.disagreements += 1;
  const rules = policy.paths
    .map((rule) => `${rule.id} ${rule.effect} ${rule.operations.join('+')} ${rule.pattern}`)
    .join(' | ');
  tally.check(label, agreed, `answer ${errno}, expected ${expected} ${JSON.stringify(decisions)}; ${rules}`);
  return agreed;
}

function drain(source: KernelSource): DecisionEvent[] {
  const events: DecisionEvent[] = [];
  for (let batch = source.read(1000); batch; batch = source.read(1000)) {
    source.commit(batch.position);
    events.push(...batch.events.filter((event) => event.kind === 'decision'));
  }
  return events;
}

/** No helper lives in this suite: what would be asked is refused for want of one. */
const reasonOf = ({ verdict, reason }: Decision): Reason =>
  verdict === 'require_approval' ? 'guard-unavailable' : reason;

/** The refusal is on record with a reason and a rule that the specification gave for one of the things asked. */
function checkRecord(
  source: KernelSource,
  label: string,
  expected: readonly Decision[],
  count: ConformanceCount,
  tally: Tally,
): void {
  const refusals = drain(source).filter((event) => event.verdict !== 'allow');
  const fits = refusals.some((event) =>
    expected.some(
      (decision) => isRefused(decision) && reasonOf(decision) === event.reason && decision.rule === event.rule,
    ),
  );
  if (!fits) count.disagreements += 1;
  const seen = refusals.map((event) => `${event.operation} ${event.reason} ${event.rule}`).join(', ');
  tally.check(`${label}: record`, fits, `recorded: ${seen || 'nothing'}; expected: ${JSON.stringify(expected)}`);
}

/** A refused operation has left nothing behind, an allowed one has happened. */
function checkEffect(one: Case, path: string, refused: boolean, tally: Tally): void {
  if (SINGLE[one.operation]?.object === 'absent' && one.operation !== 'symlink') {
    tally.check(`${one.operation} ${path}: effect`, existsSync(path) !== refused);
  }
  if (['unlink', 'rmdir', 'rename', 'rename-directory'].includes(one.operation)) {
    tally.check(`${one.operation} ${path}: effect`, existsSync(path) === refused);
  }
}

/** An ext4 or tmpfs place whose folder `a` is shown a second time, by a bind mount. */
export function worldWithAlias(root: string, alias: string): World {
  const mounts = [
    { device: 1, root: '/', mountpoint: root, type: '' },
    { device: 1, root: '/a', mountpoint: alias, type: '' },
  ];
  return { root, shows: (below) => hostPathsOf(below, mounts) };
}

export function plainWorld(root: string): World {
  return { root, shows: (below) => [[root, ...below].join('/')] };
}
