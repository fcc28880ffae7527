import { expect, test } from 'vitest';
import { processTree, type TreeNode } from './process-tree.ts';

const chain = (...steps: readonly [number, string | null][]) => steps.map(([pid, executable]) => ({ pid, executable }));
/** `1(2(3) 4)`; a process that has ended with a cross. */
const drawn = (nodes: readonly TreeNode[]): string =>
  nodes
    .map(({ pid, alive, children }) => `${pid}${alive ? '' : '†'}${children.length > 0 ? `(${drawn(children)})` : ''}`)
    .join(' ');

test('without anything seen there is the first process, and the others beside it', () => {
  const tree = processTree([10, 11, 12], []);
  expect(drawn(tree.roots)).toBe('10');
  expect(tree.strays).toEqual([11, 12]);
});

test('chains make it a tree', () => {
  const tree = processTree(
    [10, 11, 12, 13],
    [chain([12, '/c'], [11, '/b'], [10, '/a']), chain([13, '/d'], [10, '/a'])],
  );
  expect(drawn(tree.roots)).toBe('10(11(12) 13)');
  expect(tree.roots[0]?.children[1]?.executable).toBe('/d');
  expect(tree.strays).toEqual([]);
});

test('one that has ended is shown only to hold living ones together', () => {
  const tree = processTree([10, 12], [chain([12, '/c'], [11, '/b'], [10, '/a']), chain([15, '/x'], [10, '/a'])]);
  expect(drawn(tree.roots)).toBe('10(11†(12))');
});

test('of a number that was used twice the newest chain is right', () => {
  const tree = processTree(
    [10, 11, 12],
    [chain([12, '/new'], [10, '/a']), chain([12, '/old'], [11, '/b'], [10, '/a'])],
  );
  expect(drawn(tree.roots)).toBe('10(11 12)');
  expect(tree.roots[0]?.children[1]?.executable).toBe('/new');
});

test('chains that contradict each other make no circle', () => {
  const tree = processTree([10, 11], [chain([11, '/b'], [10, '/a']), chain([10, '/a'], [11, '/b'])]);
  expect(drawn(tree.roots)).toBe('10(11)');
  expect(drawn(processTree([7], [chain([7, '/a'], [7, '/a'])]).roots)).toBe('7');
});
