import { z } from 'zod';
import { everyoneState } from './everyone.ts';
import { sentence } from './scalars.ts';

/** Whether the kernel holds agents to their manifests right now. There is nothing in between. */
export const enforcement = z.discriminatedUnion('state', [
  z.object({ state: z.literal('enforcing'), kernel: sentence }),
  z.object({ state: z.literal('not-enforcing'), kernel: sentence, reason: sentence, remedy: sentence.optional() }),
]);
export type Enforcement = z.infer<typeof enforcement>;

/** One thing the self-test looked at. */
export const check = z.object({ name: sentence, ok: z.boolean(), detail: sentence, remedy: sentence.optional() });
export type Check = z.infer<typeof check>;

/** The self-test's whole answer. */
export const diagnosis = z.object({
  state: z.enum(['enforcing', 'not-enforcing']),
  kernel: sentence,
  checks: z.array(check).max(256),
  /** Agents that are not held to all of their rules, in words; a helper that does not say has none. */
  weakened: z.array(sentence).max(512).optional(),
  /** How everyone else is held; a helper that does not say holds them to nothing. */
  everyone: everyoneState.optional(),
});
export type Diagnosis = z.infer<typeof diagnosis>;
