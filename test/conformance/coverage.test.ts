import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Coverage } from './coverage.ts';
import { historyIn, Unfolding } from './history.ts';
import { WHOLE_LANGUAGE } from './policies.ts';
import type { World } from './world.ts';

const world: World = {
  name: 'plain',
  mounts: [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }],
  home: [],
  pinned: [],
};
const history = historyIn(fc.constant<[World, World]>([world, world]), WHOLE_LANGUAGE, 16);

test('a run that saw only one verdict, or not every kind of rule, is told so', () => {
  const coverage = new Coverage(WHOLE_LANGUAGE);
  const allowed = fc.sample(history, { numRuns: 20, seed: 1 }).flatMap(({ policy, ...rest }) => {
    const { cases } = new Unfolding({ policy, ...rest }, 'passes');
    return cases.filter(({ verdict }) => verdict === 'allow').map((own) => ({ policy, own }));
  });
  for (const { policy, own } of allowed) coverage.count(policy, own);
  expect(coverage.shortcomings().join('\n')).not.toContain('rule: kill read');
  // what a short run may miss, a long one may not
  while (coverage.cases < 10_000) for (const { policy, own } of allowed) coverage.count(policy, own);
  const told = coverage.shortcomings().join('\n');
  expect(told).toContain('only 0.0 % of the cases are block');
  expect(told).toContain('no case was about: rule: kill read');
  expect(told).not.toContain('of the cases are allow');
});

test('the same seed makes the same cases', () => {
  const cases = () => fc.sample(history, { numRuns: 5, seed: 7 }).map((one) => new Unfolding(one, 'passes').cases);
  expect(cases()).toEqual(cases());
});
