import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { evaluateRename } from './evaluate-rename.ts';
import { utf8 } from './pattern/bytes.ts';
import type { Policy } from './rule.ts';
import type { Mount, PolicyTables } from './tables.ts';
import { hostPathsOf, instanceOf, mounts, name, names, pattern, policy, policyOf } from './testing/generated-policy.ts';
import { PATH_OPERATIONS, verdictCode, verdictOf } from './vocabulary.ts';
import { answerOf, walkFrom, walkTables } from './walk-tables.ts';

const SEED = 20260101;

function compiled(rules: Policy, shown: readonly Mount[]): PolicyTables {
  const tables = compile(rules, shown);
  if (!tables.ok) throw new Error(tables.error.message);
  return tables.value;
}

const AT_ROOT: Mount[] = [{ device: 7, root: '/', mountpoint: '/', type: 'ext4' }];

function isNearMiss(
  path: readonly string[],
  all: readonly (readonly string[])[],
  answers: ReadonlyMap<string, string>,
): boolean {
  const own = answers.get(path.join('/'));
  return all.some((other) => answers.get(other.join('/')) !== own && differsOnce(path, other));
}

/** One more or one less component, or one name changed. */
function differsOnce(a: readonly string[], b: readonly string[]): boolean {
  const changed = a.filter((part, i) => i < b.length && part !== b[i]).length;
  return Math.abs(a.length - b.length) + changed === 1;
}

type Hood = { path: string[]; other: string; at: number; rule: number; isInstance: boolean; filler: string[] };

const hood: fc.Arbitrary<Hood> = fc.record({
  path: names,
  other: name,
  at: fc.nat(4),
  rule: fc.nat(7),
  isInstance: fc.nat(5).map((dice) => dice > 0),
  filler: fc.array(name, { minLength: 1, maxLength: 4 }),
});

/** A path, mostly one that a rule means, and its neighbours: a name changed, one more, one less, another case. */
function neighbourhood(rules: Policy, { path: anywhere, other, at, rule, isInstance, filler }: Hood): string[][] {
  const meant = rules.paths[rule % rules.paths.length]?.pattern ?? '/';
  const path = isInstance && !meant.includes('/x}') && !meant.includes('/c}') ? instanceOf(meant, filler) : anywhere;
  const changed = path.map((part, i) => (i === at % path.length ? other : part));
  const upper = path.map((part, i) => (i === at % path.length ? part.toUpperCase() : part));
  return [path, [...path, other], path.slice(0, -1), changed, upper];
}

test('automaton and evaluator agree on verdict and rule', () => {
  const counts = { cases: 0, nearMisses: 0, paths: 0, verdicts: new Map<string, number>() };
  fc.assert(
    fc.property(policy, mounts, fc.array(hood, { minLength: 3, maxLength: 3 }), (rules, shown, seeds) => {
      const tables = compiled(rules, shown);
      for (const hood of seeds.map((seed) => neighbourhood(rules, seed))) {
        const answers = new Map<string, string>();
        for (const path of hood) {
          const [first, ...aliases] = hostPathsOf(path, shown);
          const state = walkTables(tables, 7, path.map(utf8));
          const verdicts: string[] = [];
          for (const operation of PATH_OPERATIONS) {
            const answer = answerOf(tables, state, operation);
            const expected =
              first === undefined
                ? { verdict: 'block', rule: 0, reason: 'no-rule' }
                : evaluate(rules, [], { operation, path: first, aliases });
            const verdict = answer.verdict === 'none' ? 'block' : answer.verdict;
            if (verdict !== expected.verdict || answer.rule !== expected.rule) {
              throw new Error(
                `${operation} ${path.join('/')}: tables ${JSON.stringify(answer)}, rules ${JSON.stringify(expected)}`,
              );
            }
            const silent = rules.paths.find(({ id }) => id === answer.rule)?.silent ?? false;
            expect(answer.silent).toBe(silent && answer.verdict === 'allow');
            counts.cases += 1;
            counts.verdicts.set(verdict, (counts.verdicts.get(verdict) ?? 0) + 1);
            verdicts.push(verdict);
          }
          answers.set(path.join('/'), verdicts.join());
        }
        counts.paths += hood.length;
        counts.nearMisses += hood.filter((path) => isNearMiss(path, hood, answers)).length;
      }
    }),
    { numRuns: 600, seed: SEED },
  );
  expect(counts.cases).toBeGreaterThan(20_000);
  for (const verdict of ['allow', 'require_approval', 'block', 'kill']) {
    expect(counts.verdicts.get(verdict) ?? 0, verdict).toBeGreaterThan(counts.cases / 10);
  }
  expect(counts.nearMisses).toBeGreaterThan(counts.paths / 4);
});

/** All paths of up to three of these names. */
const POOL = ['a', 'b', 'ab', 'abc', 'b.c', 'bb', 'é', '.a', 'cb', 'x', 'zz', 'ac', 'cc'];
const SUFFIXES = [[], ...POOL.map((a) => [a]), ...POOL.flatMap((a) => POOL.map((b) => [a, b]))].map((suffix) =>
  suffix.map(utf8),
);

function verdictsBelow(tables: PolicyTables, state: number): string {
  return SUFFIXES.map((suffix) => {
    const end = walkFrom(tables, state, suffix);
    return PATH_OPERATIONS.map((operation) => verdictCode(answerOf(tables, end, operation).verdict)).join('');
  }).join();
}

test('states with equal residuals give equal verdicts below them, and the strictest bounds these', () => {
  let pairs = 0;
  fc.assert(
    fc.property(policy, mounts, (rules, shown) => {
      const { nodes, ...rest } = compiled(rules, shown);
      const tables = { nodes, ...rest };
      const byResidual = new Map<number, string>();
      for (let state = 0; state < Math.min(nodes.residual.length, 25); state += 1) {
        const below = verdictsBelow(tables, state);
        const residual = nodes.residual[state] as number;
        const known = byResidual.get(residual);
        if (known !== undefined) {
          pairs += 1;
          if (known !== below) throw new Error(`state ${state} differs from another with residual ${residual}`);
        }
        byResidual.set(residual, below);
        const seen = Math.max(...[...below].filter((one) => one !== ',').map((code) => Number(code) || 3));
        expect(nodes.strictest[state]).toBeGreaterThanOrEqual(seen);
      }
    }),
    { numRuns: 150, seed: SEED },
  );
  expect(pairs).toBeGreaterThan(300);
});

test('residual and strictest of the tables are what the evaluator says about moving a directory', () => {
  const outcomes = new Map<string, number>();
  const smallPolicy = policy.map((rules) => policyOf(rules.paths.slice(0, 4)));
  fc.assert(
    fc.property(smallPolicy, fc.array(fc.tuple(names, names), { minLength: 4, maxLength: 4 }), (rules, moves) => {
      // Operations on the directory itself are allowed everywhere, so that only what is below decides.
      const tables = compiled(rules, AT_ROOT);
      for (const [from, to] of moves) {
        const [source, target] = [from, to].map((path) => walkTables(tables, 7, path.map(utf8))) as [number, number];
        const fromPath = `/${from.join('/')}`;
        const toPath = `/${to.join('/')}`;
        const decision = evaluateRename(rules, [], fromPath, toPath, { directory: true, targetExists: false });
        const isSame = tables.nodes.residual[source] === tables.nodes.residual[target];
        const own = [answerOf(tables, source, 'delete').verdict, answerOf(tables, target, 'create').verdict].map(
          (verdict) => (verdict === 'none' ? 3 : verdictCode(verdict)),
        );
        const below = isSame
          ? []
          : [tables.nodes.strictest[source] as number, tables.nodes.strictest[target] as number];
        const expected = verdictOf(Math.max(...own, ...below));
        if (decision.verdict !== expected) {
          throw new Error(
            `${fromPath} -> ${toPath}: tables ${expected} (same: ${isSame}), rules ${JSON.stringify(decision)}`,
          );
        }
        const outcome = decision.reason === 'directory-move' ? 'move' : isSame ? 'same' : 'refused before';
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }),
    { numRuns: 400, seed: SEED },
  );
  expect(outcomes.get('move') ?? 0).toBeGreaterThan(50);
  expect(outcomes.get('same') ?? 0).toBeGreaterThan(100);
});

test('the same policy compiles to the same bytes', () => {
  fc.assert(
    fc.property(policy, mounts, (rules, shown) => {
      expect(compiled(structuredClone(rules), structuredClone(shown).reverse())).toEqual(compiled(rules, shown));
    }),
    { numRuns: 50, seed: SEED },
  );
});

test('any single pattern says the same compiled as read', () => {
  fc.assert(
    fc.property(pattern, fc.array(names, { minLength: 5, maxLength: 5 }), (text, paths) => {
      const rules = policyOf([{ effect: 'allow', operations: ['read'], pattern: text }]);
      const tables = compiled(rules, AT_ROOT);
      for (const path of paths) {
        const state = walkTables(tables, 7, path.map(utf8));
        const decision = evaluate(rules, [], { operation: 'read', path: `/${path.join('/')}` });
        expect(answerOf(tables, state, 'read').rule).toBe(decision.rule);
      }
    }),
    { numRuns: 1000, seed: SEED },
  );
});
