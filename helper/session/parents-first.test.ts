import { expect, it } from 'vitest';
import { parentsFirst } from './parents-first.ts';

const process = (pid: number, parentPid: number) => ({ pid, parentPid });

it('puts each after the one that started it, also where numbers have wrapped', () => {
  const order = parentsFirst([process(5, 90), process(1, 0), process(90, 7), process(7, 1)]).map(({ pid }) => pid);
  expect(order).toEqual([1, 7, 90, 5]);
});

it('ends where parents form a ring, as they may while they are read', () => {
  expect(parentsFirst([process(2, 3), process(3, 2)])).toHaveLength(2);
});
