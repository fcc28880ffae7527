/** Environment variables that make programs run what they name: an agent gets one only where its manifest names it. */
import { z } from 'zod';
import data from './steering-variables.json' with { type: 'json' };

export const steeringVariablesSchema = z.strictObject({
  variables: z.array(
    z.strictObject({
      why: z.string().min(1),
      /** A `*` at the end stands for any rest. */
      names: z.array(z.string().regex(/^[A-Z_][A-Z0-9_]*\*?$/)).min(1),
    }),
  ),
});

const names = steeringVariablesSchema.parse(data).variables.flatMap((group) => group.names);

/** Whether the variable makes programs run something. */
export function isSteering(variable: string): boolean {
  return names.some((name) => fitsVariable(variable, name));
}

/** A `*` at the end of a pattern stands for any rest. */
export function fitsVariable(variable: string, pattern: string): boolean {
  return pattern.endsWith('*') ? variable.startsWith(pattern.slice(0, -1)) : variable === pattern;
}
