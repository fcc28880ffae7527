import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathComponents } from './host-path.ts';
import { COMPILE_LIMITS } from './limits.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import type { PathRule } from './rule.ts';
import { coveredSets } from './rule-coverage.ts';
import { policy, policyOf } from './testing/generated-policy.ts';

const rulesOf = (...patterns: string[]): readonly PathRule[] =>
  policyOf(patterns.map((pattern) => ({ pattern, effect: 'allow' as const, operations: ['read' as const] }))).paths;

const matching = (rules: readonly PathRule[], path: string) =>
  rules
    .filter(({ pattern }) => parsedPatterns(pattern).some((one) => matchPath(one, pathComponents(path))))
    .map(({ id }) => id);

const sets = (...patterns: string[]) =>
  (coveredSets(rulesOf(...patterns)) ?? []).map(({ rules }) => rules.map(({ id }) => Number(id)));

describe('coveredSets', () => {
  it('tells what one pattern has beyond another', () => {
    expect(sets('/a/**', '/a/b')).toEqual([[], [1], [1, 2]]);
    expect(sets('/a/{b,c}', '/a/[bc]')).toEqual([[], [1, 2]]);
    expect(sets('/a/*', '/a/b*')).toEqual([[], [1], [1, 2]]);
    expect(sets('/a', '/b')).toEqual([[], [1], [2]]);
  });

  it('gives an example that really is in the set', () => {
    fc.assert(
      fc.property(policy, ({ paths }) => {
        for (const { rules, example } of coveredSets(paths) ?? []) {
          if (example !== null) expect(matching(paths, example)).toEqual(rules.map(({ id }) => id));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('knows the set of every path', () => {
    fc.assert(
      fc.property(
        policy,
        fc.array(fc.constantFrom('a', 'b', 'ab', 'abc', 'b.c', '.a', 'x'), { maxLength: 5 }),
        ({ paths }, names) => {
          const known = (coveredSets(paths) ?? []).map(({ rules }) => rules.map(({ id }) => id).join());
          expect(known).toContain(matching(paths, `/${names.join('/')}`).join());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives up rather than use more than it may', () => {
    expect(coveredSets(rulesOf('/**/a/**/b/**/c'), { ...COMPILE_LIMITS, states: 3 })).toBeNull();
  });
});
