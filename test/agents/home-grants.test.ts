import { expect, it } from 'vitest';
import type { GuardedCell } from './guarded-cell.ts';
import { excess, homeGrants, MOST_UNUSED, unusedGrants } from './home-grants.ts';
import { TASKS } from './tasks/task.ts';

const AGENT = { name: 'claude', starter: 'claude-code' };
const cellsUsing = (used: readonly string[]): GuardedCell[] =>
  TASKS.filter(({ kind }) => kind === 'benign').map(({ name }) => ({
    ...{ agent: 'claude', task: name, kind: 'benign', failures: [], questions: [], refused: [], used, output: '' },
    seconds: [1, 1],
  }));

it('grants of a starter are its own and those of every starter, in the home alone', () => {
  const grants = homeGrants(AGENT.starter);
  expect(grants).toContain('~/.claude/**');
  expect(grants).toContain('~/.gitconfig');
  expect(grants.every((entry) => entry.startsWith('~'))).toBe(true);
});

it('what some task used is not unused', () => {
  const [first = '', ...rest] = homeGrants(AGENT.starter);
  expect(unusedGrants(AGENT.starter, cellsUsing([first]))).toEqual(rest);
});

it('a starter that grants more than was ever used is too wide, once all tasks are done', () => {
  const grants = homeGrants(AGENT.starter);
  expect(grants.length).toBeGreaterThan(MOST_UNUSED);
  expect(excess(AGENT, cellsUsing([]))).toContain(`no task used ${grants.length} places`);
  expect(excess(AGENT, cellsUsing(grants.slice(MOST_UNUSED)))).toBe(null);
  expect(excess(AGENT, cellsUsing([]).slice(1))).toBe(null);
});
