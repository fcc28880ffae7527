import { z } from 'zod';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { DETACHED_NAME } from './hashes.ts';
import { findOtherLayout } from './layout.ts';
import { MAX_DETACHED_BYTES, MAX_SIGNERS } from './limits.ts';
import type { SignatureError } from './problem.ts';
import { type Manifest, type Signature, signatureSchema } from './schema.ts';
import { parseStrictJson } from './strict-json.ts';

/** What `clawmanifest.sig` holds: the members that would stand in the manifest. */
export type Detached = { readonly signature: Signature; readonly signatures?: Signature[] | undefined };

const detachedSchema = z.strictObject({
  signature: signatureSchema,
  signatures: z.array(signatureSchema).max(MAX_SIGNERS).optional(),
});

const REMEDY = `Get ${DETACHED_NAME} from the publisher again, or sign anew: ringfence manifest sign --detached FILE`;

/** Reads a detached signature as strictly as a manifest. Places in its errors are those of its own text. */
export function parseDetached(bytes: Uint8Array): Result<Detached, SignatureError> {
  if (bytes.length > MAX_DETACHED_BYTES) return malformed(`it has more than ${MAX_DETACHED_BYTES} bytes`);
  const document = parseStrictJson(bytes);
  if (!document.ok) {
    const { message, line, column } = document.error;
    return malformed(line === undefined ? message : `line ${line}, column ${column}: ${message}`);
  }
  const parsed = detachedSchema.safeParse(document.value.value);
  if (!parsed.success) return malformed(z.prettifyError(parsed.error).slice(0, 1000).replaceAll('\n', ' '));
  // as in a manifest the value read is what counts, unknown members of the signature included
  return success(document.value.value as Detached);
}

/** The manifest with its detached signature in place: the same is signed either way. */
export function withDetached(manifest: Manifest, detached: Detached): Result<Manifest, SignatureError> {
  const member = ['signature', 'signatures'].find((name) => Object.hasOwn(manifest, name));
  if (member === undefined) return success({ ...manifest, ...detached });
  const message = `the manifest holds "${member}", and ${DETACHED_NAME} lies beside it: only one of them can count`;
  const remedy = `Remove ${DETACHED_NAME} if the manifest is signed, or sign anew: ringfence manifest sign --detached FILE`;
  return failure({ code: 'two-signatures', message, remedy, pointer: member });
}

/** A detached signature that says how it is laid out has to be so. */
export function checkDetachedLayout(bytes: Uint8Array, detached: Detached): SignatureError | null {
  const place = detached.signature.layout === undefined ? null : findOtherLayout(bytes, detached);
  if (place === null) return null;
  const message = `${DETACHED_NAME}: the text was changed at line ${place.line}, column ${place.column}: what it says is the same, its bytes are not`;
  return { code: 'bad-signature', message, remedy: REMEDY };
}

function malformed(what: string): Result<never, SignatureError> {
  return failure({ code: 'malformed-signature', message: `${DETACHED_NAME}: ${what}`, remedy: REMEDY });
}
