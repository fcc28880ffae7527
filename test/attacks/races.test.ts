import { describe, expect, it } from 'vitest';
import { ATTACKS, casesOf } from './attack.ts';
import type { CaseResult } from './plan.ts';
import { isRace, raceOf } from './races.ts';

const [one] = casesOf(ATTACKS.filter(isRace), false);
const result = (exit: number, rounds: number, refused: number): CaseResult => ({
  ...{ name: one?.id ?? '', start: '0', end: '2000000000', exit, signal: 0 },
  report: { step: 'race', ok: exit === 0, errno: 1, rounds, refused, harmless: 5 },
});

describe('a race', () => {
  it('is held when all rounds were run and something was refused', () => {
    expect(one && raceOf(one, result(10, 1000, 400), 1000)).toMatchObject({ held: true, rounds: 1000, seconds: 2 });
  });

  it('is not when it leaked, ended early, was never refused, or said nothing', () => {
    const lost = [result(0, 17, 3), result(10, 999, 400), result(10, 1000, 0), undefined];
    expect(lost.map((each) => one && raceOf(one, each, 1000).held)).toEqual([false, false, false, false]);
  });
});
