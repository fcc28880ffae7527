import { z } from 'zod';
import { sentence, timestamp, uid } from './scalars.ts';

/** `sha256:` of the 32 bytes of a public key. */
export const keyId = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const name = z.string().max(256);

/** A public key whose signatures count. */
export const trustedKey = z.object({
  keyId,
  name,
  /** Where it stands; null: nowhere that could be told. */
  file: sentence.nullable(),
});

export const revokedKey = z.object({ keyId, date: timestamp, reason: sentence });

/** The key a skill is bound to, by its first run or by a person. */
export const keyBinding = z.object({
  /** null: of everyone who has no binding of their own. */
  owner: uid.nullable(),
  skill: z.string().max(128),
  keyId,
  keyName: name,
  /** The newest that ran; null: none did. */
  version: sentence.nullable(),
});

export const keyRing = z.object({
  keys: z.array(trustedKey).max(2048),
  revocations: z.array(revokedKey).max(65_536),
  bindings: z.array(keyBinding).max(65_536),
  /** Key files that are not used, with the reason. */
  complaints: z.array(sentence).max(2048),
});
export type KeyRing = z.infer<typeof keyRing>;

/** A key file's text: the line of Ringfence or OpenSSH, or the two of minisign. */
export const keyText = z.string().min(1).max(4096);
/** What a person calls a key's holder. */
export const keyName = z.string().min(1).max(128);
