import { expect, test } from 'vitest';
import { compile } from '../../core/policy/compile.ts';
import { evaluate } from '../../core/policy/evaluate.ts';
import { utf8 } from '../../core/policy/pattern/bytes.ts';
import { answerOf, walkTables } from '../../core/policy/walk-tables.ts';
import { Dice } from '../conformance/dice.ts';
import { besides, instanceOf } from '../conformance/instance.ts';
import { matchedByFirst } from './bench-paths.ts';
import { factsOf, makeGlobs, policyWith } from './globs.ts';

const globs = makeGlobs(10_000, 20260101);

test('ten thousand globs are as unlike each other as was promised', () => {
  const facts = factsOf(globs);
  expect(facts.globs).toBe(10_000);
  expect(new Set(globs).size).toBe(10_000);
  expect(facts.directories).toBeGreaterThanOrEqual(2_000);
  expect(facts.withDoubleStarInside).toBe(2_000);
  expect(facts.withClass).toBe(1_000);
  expect(facts.sharedNames).toBe(0);
  expect(makeGlobs(10_000, 20260101)).toEqual(globs);
  expect(makeGlobs(100, 7)).not.toEqual(globs.slice(0, 100));
});

test('compiled, they say of a path what they say one by one', () => {
  const policy = policyWith(globs);
  const tables = compile(policy, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  if (!tables.ok) throw new Error(tables.error.message);
  let matched = 0;
  for (let index = 0; index < 10; index += 1) {
    const dice = new Dice([index, index * 7, index * 3 + 1, 1, index]);
    const meant = instanceOf(globs[(index * 1009) % globs.length] ?? '', dice) ?? [];
    for (const names of [meant, besides(meant, 0, dice)?.names ?? []]) {
      const path = `/${names.join('/')}`;
      const { rule } = evaluate(policy, [], { operation: 'read', path });
      expect(answerOf(tables.value, walkTables(tables.value, 1, names.map(utf8)), 'read').rule, path).toBe(rule);
      if (rule !== 0) matched += 1;
    }
  }
  expect(matched).toBeGreaterThanOrEqual(10);
  expect(matched).toBeLessThan(20);
}, 60_000);

test('the paths that are measured are matched by the few and the many', () => {
  const paths = matchedByFirst(globs, 10);
  expect(paths.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['** inside', 'a class', 'a wildcard within a name', 'a tree', 'a name']),
  );
  for (const { path } of paths) {
    expect(evaluate(policyWith(globs.slice(0, 10)), [], { operation: 'read', path }).verdict).toBe('allow');
  }
});
