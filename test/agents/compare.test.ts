import { expect, test } from 'vitest';
import { differences } from '../benign/compare.ts';
import { comparable } from './compare.ts';
import type { Finished } from './judge.ts';

const told = (text: string): Finished => ({
  ...{ statuses: [0, 0], collected: [], files: new Map(), isBystanderThere: true },
  exchanges: [
    ...[{ number: 1, dialect: 'x', last: { from: 'tool', text }, tools: [], answer: {}, isAside: false, leaked: [] }],
  ] as Finished['exchanges'],
});
const TREE = new Map([['a', 'file 644 abc']]);

test('two runs differ in what the model was told, in how they ended, and in what they left', () => {
  const one = comparable('codex', told('Wall time: 0.1 seconds\nread'), TREE);
  expect(differences(one, comparable('codex', told('Wall time: 2.7 seconds\nread'), TREE))).toEqual([]);
  expect(differences(one, comparable('codex', told('Wall time: 2.7 seconds\nEPERM'), TREE))).toEqual([
    'output: "read" became "EPERM"',
  ]);
  const [before, after] = [1071, 5371].map((pid) => comparable('codex', told(`a page\nBackground PIDs: ${pid}`), TREE));
  expect(before && after && differences(before, after)).toEqual([]);
  expect(
    differences(one, comparable('codex', { ...told('Wall time: 1 seconds\nread'), statuses: [0, null] }, TREE)),
  ).toEqual(['status 0,0 became 0,none']);
  expect(differences(one, comparable('codex', told('Wall time: 1 seconds\nread'), new Map()))).toEqual([
    'a: file 644 abc became absent',
  ]);
});

test('what one agent numbers is left out of its own runs alone', () => {
  const [before, after] = ['A', 'B'].map((last) =>
    told(`<task id="ses_dd9821b57ffeBWstLyjei1Edb${last}" state="completed">`),
  );
  const differencesOf = (agent: string) =>
    before && after && differences(comparable(agent, before, TREE), comparable(agent, after, TREE));
  expect(differencesOf('opencode')).toEqual([]);
  expect(differencesOf('codex')).toHaveLength(1);
});
