import { describe, expect, it } from 'vitest';
import { judgeSkills, type SkillsRun } from './judge.ts';

const run = (told: readonly string[], more: Partial<SkillsRun> = {}): SkillsRun => ({
  ...{ agent: 'openclaw', told, refused: [], dropped: [], output: '', seconds: 1, ...more },
});
const free = run(['narrower yes yes yes', 'plain yes yes yes', 'changed yes yes yes\nended', 'after yes yes yes']);
const told = ['narrower yes no no', 'plain yes yes no', 'python3: Operation not permitted\nended', 'after yes yes no'];
const refused = ['/home/dev/project/notes/private.txt', '/home/dev/Documents/salary.txt'].map((path) => ({
  skill: 'digest',
  path,
}));
const guarded = run(told, { refused, dropped: ['digest'] });
const failed = (without: SkillsRun, under: SkillsRun): string[] =>
  judgeSkills(without, under)
    .filter(({ isGood }) => !isGood)
    .map(({ name }) => name);
const withTold = (index: number, text: string) => ({ ...guarded, told: told.with(index, text) });

describe('skills', () => {
  it('are as they should be', () => {
    expect(failed(free, guarded)).toEqual([]);
  });

  it.each<[string, SkillsRun]>([
    ['a skill’s program is held to its manifest', withTold(0, 'narrower yes yes no')],
    ['a skill’s program is held to its manifest', withTold(0, 'narrower yes no yes')],
    ['one without a manifest', withTold(1, 'plain yes no no')],
    ['changed on disk', withTold(2, 'changed yes no no')],
    ['changed on disk', withTold(2, '')],
    ['go on', withTold(3, 'after no no no')],
    ['names the skill', { ...guarded, refused: refused.slice(1) }],
    ['was granted and the agent was not', { ...guarded, refused: refused.slice(0, 1) }],
    [
      'names the skill',
      { ...guarded, refused: [{ ...refused[0], skill: 'openclaw', path: null }, ...refused.slice(1)] },
    ],
    ['trust is gone', { ...guarded, dropped: [] }],
  ])('are not: %s', (what, under) => {
    const names = failed(free, under);
    expect(names).toHaveLength(1);
    expect(names[0]).toContain(what);
  });

  it('have a control', () => {
    const names = failed(run(free.told.with(0, 'narrower yes yes no')), guarded);
    expect(names).toHaveLength(1);
    expect(names[0]).toContain('control');
  });

  it('have not come to anything where nothing was told', () => {
    expect(failed(run([]), run([])).length).toBe(judgeSkills(run([]), run([])).length);
  });
});
