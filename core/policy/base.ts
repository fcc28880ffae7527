import { z } from 'zod';
import data from './base.json' with { type: 'json' };
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

/** What every policy allows without saying so, as rules numbered from `firstId`: what programs need to start at all. */
export function baseRules(firstId: number): PathRule[] {
  const entries = known.flatMap(({ operations, paths }, rule) =>
    paths.map((path, index) => ({ operations, path, pointer: `base.rules[${rule}].paths[${index}]` })),
  );
  return entries.map(({ operations, path, pointer }, index) => ({
    id: ruleId(firstId + index),
    effect: 'allow',
    operations,
    pattern: path,
    silent: true,
    origin: { source: 'base', pointer, text: path },
  }));
}
