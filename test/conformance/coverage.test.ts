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
  for (const one of fc.sample(history, { numRuns: 20, seed: 1 })) {
    for (const own of new Unfolding(one, 'passes').cases) if (own.verdict === 'allow') coverage.count(one.policy, own);
  }
  const told = coverage.shortcomings().join('\n');
  expect(told).toContain('only 0.0 % of the cases are block');
  expect(told).toContain('no case was about: rule: kill read');
  expect(told).not.toContain('of the cases are allow');
});

test('the same seed makes the same cases', () => {
  const cases = () => fc.sample(history, { numRuns: 5, seed: 7 }).map((one) => new Unfolding(one, 'passes').cases);
  expect(cases()).toEqual(cases());
});
