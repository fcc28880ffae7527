/** What the helper and a session's proxy say to each other: a line of JSON each. */
import { z } from 'zod';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';

export type ToProxy =
  /** `port` 0: any that is free. */
  | { readonly kind: 'listen'; readonly port: number; readonly authorization: string }
  /** Until then nothing is reached. */
  | { readonly kind: 'serve'; readonly names: readonly ProxiedName[] };

/** Parsed by root from a process that talks to the world. */
export const fromProxy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening'), port: z.int().min(1).max(65_535) }),
  z.strictObject({
    kind: z.literal('refused'),
    host: z.string().max(253),
    port: z.int().min(0).max(65_535),
    message: z.string().max(2000),
  }),
]);
export type FromProxy = z.infer<typeof fromProxy>;
