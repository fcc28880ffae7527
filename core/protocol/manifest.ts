import { z } from 'zod';
import { MAX_MANIFEST_BASE64 } from './limits.ts';
import { absolutePath, sentence } from './scalars.ts';

/** What holds the signature of a manifest up. */
export const manifestSignature = z.discriminatedUnion('state', [
  /** Signed by a key that root trusts, and every file is as its hash says. */
  z.object({ state: z.literal('valid'), keyName: sentence, byThisMachine: z.boolean() }),
  /** The file is no longer what the session was bound to, or can no longer be bound. */
  z.object({ state: z.literal('refused'), reasons: z.array(sentence).max(1000) }),
]);

/** A manifest as a session is held to it. */
export const manifestView = z.object({
  path: absolutePath,
  /** As it was bound. */
  text: z.string().max(MAX_MANIFEST_BASE64),
  /** Of the file as it stands now. */
  signature: manifestSignature,
  /** Whether the file still says what the session is held to. */
  changedSince: z.boolean(),
});
export type ManifestView = z.infer<typeof manifestView>;

/** A manifest without hashes and signature, as JSON text: the helper fills them in. */
export const manifestDraft = z.string().min(2).max(MAX_MANIFEST_BASE64);
