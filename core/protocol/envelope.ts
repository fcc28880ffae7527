import { z } from 'zod';

/** A JSON-RPC 2.0 request, the only message a client sends. */
export const requestEnvelope = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.int(), z.string().max(64)]),
  method: z.string().max(128),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type RequestEnvelope = z.infer<typeof requestEnvelope>;

/** The id to answer to when a message is no request: its own if it has a readable one, else null. */
export function idOf(message: unknown): number | string | null {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null;
  const id = message.id;
  return Number.isSafeInteger(id) || (typeof id === 'string' && id.length <= 64) ? (id as number | string) : null;
}
