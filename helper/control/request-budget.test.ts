import { expect, test } from 'vitest';
import { requestBudget } from './request-budget.ts';

test('a burst at once, then as many as time brings', () => {
  let now = 0;
  const budget = requestBudget(3, 10, () => now);
  const waits = () => [budget.spend(), budget.spend(), budget.spend(), budget.spend()];
  expect(waits()).toEqual([0, 0, 0, 100]);
  expect(budget.spend()).toBe(200);
  now = 300;
  expect(waits()).toEqual([0, 100, 200, 300]);
  now = 100_000;
  expect(waits()).toEqual([0, 0, 0, 100]);
});
