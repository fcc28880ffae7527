import { z } from 'zod';
import { absolutePath, sentence } from './scalars.ts';

export const starterId = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

/** A manifest that comes with Ringfence. */
export const starter = z.object({
  id: starterId,
  name: sentence,
  description: sentence,
  version: sentence,
  /** Names of the programs that start the agent. */
  agents: z.array(sentence).max(64),
  /** As this machine has signed it; null: it is not installed. */
  installed: z.object({ path: absolutePath, version: sentence }).nullable(),
});
export type ShownStarter = z.infer<typeof starter>;
