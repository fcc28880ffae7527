import { describe, expect, it } from 'vitest';
import { type MadeCell, merged, type OnKernel, standing } from './kept.ts';

const cell = (agent: string, task: string, commit: string): MadeCell => ({
  ...{ agent, task, kind: 'benign', failures: [], questions: [], refused: [], used: [], output: '', seconds: [1, 2] },
  made: { of: 'digest', commit, date: '2026-11-28' },
});
const on = (kernel: string, ...cells: MadeCell[]): OnKernel => ({
  ...{ kernel, cells },
  recognised: [
    { agent: 'pi', recognised: ['as a job'], not: [], made: { of: 'x', commit: 'old', date: '2026-11-28' } },
  ],
});

describe('results that are kept', () => {
  it('are taken over by what was found since, each by itself', () => {
    const [one, other] = merged(
      [on('6.12', cell('pi', 'python', 'old'), cell('pi', 'git-commit', 'old'))],
      [on('6.12', cell('pi', 'python', 'new')), on('6.1', cell('pi', 'python', 'new'))],
    );
    expect([one?.kernel, other?.kernel]).toEqual(['6.1', '6.12']);
    expect(other?.cells.map(({ task, made }) => `${task} ${made.commit}`)).toEqual(['git-commit old', 'python new']);
    expect(other?.recognised).toHaveLength(1);
  });

  it('are all there after a run of something else', () => {
    const kept = [on('6.1', cell('pi', 'python', 'old')), on('6.12', cell('codex', 'python', 'old'))];
    expect(merged(kept, [on('6.12')])).toEqual(kept);
  });

  it('stand if what they were made of is there now, each by itself', () => {
    const kept = on(
      '6.1',
      cell('pi', 'python', 'one'),
      cell('pi', 'git-commit', 'one'),
      cell('codex', 'python', 'one'),
    );
    const now = { ofCell: ({ task, agent }: MadeCell) => `${agent} ${task}`, ofStarts: () => 'x' };
    expect(standing(kept, now).cells).toEqual([]);
    const digests: Record<string, string | null> = {
      'pi python': 'digest',
      'pi git-commit': 'other',
      'codex python': null,
    };
    const some = standing(kept, { ...now, ofCell: ({ task, agent }) => digests[`${agent} ${task}`] ?? null });
    expect(some.cells.map(({ task }) => task)).toEqual(['python']);
    expect(some.recognised).toHaveLength(1);
    expect(standing(kept, { ...now, ofStarts: () => 'y' }).recognised).toEqual([]);
  });
});
