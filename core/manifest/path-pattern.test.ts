import { describe, expect, it } from 'vitest';
import { checkPathPattern, checkSkillPath } from './path-pattern.ts';
import vectors from './vectors/paths.json' with { type: 'json' };

describe('checkPathPattern', () => {
  it.each(vectors.accepted)('accepts %j', (path) => expect(checkPathPattern(path)).toBeNull());
  it.each(vectors.refused)('refuses %j', (path) => {
    const problem = checkPathPattern(path);
    expect(problem?.message).toBeTruthy();
    expect(problem?.remedy).toBeTruthy();
  });
  it('says what to write instead', () => {
    expect(checkPathPattern('$HOME/x')?.remedy).toBe('Write ~/x');
    expect(checkPathPattern('~/Mail/')?.remedy).toBe('Write ~/Mail/** for the directory and everything below it.');
    expect(checkPathPattern('*')?.message).toBe('"*" alone would grant everything');
  });
});

describe('checkSkillPath', () => {
  it.each(vectors.skillAccepted)('accepts %j', (path) => expect(checkSkillPath(path)).toBeNull());
  it.each(vectors.skillRefused)('refuses %j', (path) => expect(checkSkillPath(path)?.remedy).toBeTruthy());
});
