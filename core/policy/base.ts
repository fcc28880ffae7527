import { z } from 'zod';
import data from './base.json' with { type: 'json' };
import { joinPatterns } from './pattern/join-patterns.ts';
import { type PathRule, ruleId } from './rule.ts';
import { PATH_OPERATIONS } from './vocabulary.ts';

export const baseSchema = z.strictObject({
  rules: z.array(
    z.strictObject({
      why: z.string().min(1),
      operations: z.array(z.enum(PATH_OPERATIONS)).min(1),
      paths: z.array(z.string().startsWith('/')).min(1),
    }),
  ),
});

const known = baseSchema.parse(data).rules;

/**
 * What every policy allows without saying so, one rule for each entry of the data file, numbered from `firstId`: what
 * programs need to start at all.
 */
export function baseRules(firstId: number): PathRule[] {
  return known.map(({ operations, paths }, index) => ({
    id: ruleId(firstId + index),
    effect: 'allow',
    operations,
    pattern: joinPatterns(paths),
    silent: true,
    origin: { source: 'base', pointer: `base.rules[${index}]`, text: paths.join(', ') },
  }));
}
