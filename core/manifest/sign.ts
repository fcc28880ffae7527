import { encodeBase64 } from './base64.ts';
import { contentDigest, coSigningBytes, signingBytes } from './canonical.ts';
import type { Detached } from './detached.ts';
import { publicKeyOf, signEd25519 } from './ed25519.ts';
import { keyIdOf } from './key.ts';
import { LAYOUT, layOut } from './layout.ts';
import { parseManifest } from './parse.ts';
import type { Manifest, Signature } from './schema.ts';

export type SignOptions = {
  /** Key ids of those who have to co-sign. */
  readonly coSigners?: readonly string[];
};

/** The text of the manifest, signed: fields keep their order, earlier signatures are replaced. */
export function signManifest(
  manifest: Manifest,
  secretKey: Uint8Array,
  signedBy: string,
  options: SignOptions = {},
): string {
  const { signatures: _, ...unsigned } = manifest;
  return readableText({ ...unsigned, signature: makeSignature(unsigned, secretKey, signedBy, options) });
}

/** The same with the signature in a text of its own. */
export function signDetached(
  manifest: Manifest,
  secretKey: Uint8Array,
  signedBy: string,
  options: SignOptions = {},
): { readonly manifest: string; readonly detached: string } {
  const { signature: _, signatures: __, ...unsigned } = manifest;
  const detached: Detached = { signature: makeSignature(unsigned, secretKey, signedBy, options) };
  return { manifest: readableText(unsigned), detached: layOut(detached) };
}

/** A co-signature for a manifest that has its signature (a detached one put in place). */
export function makeCoSignature(signed: Manifest, secretKey: Uint8Array, signedBy: string): Signature {
  const block = blankBlock(signed, secretKey, signedBy);
  return { ...block, value: encodeBase64(signEd25519(coSigningBytes(signed, block), secretKey)) };
}

function makeSignature(
  manifest: Manifest,
  secretKey: Uint8Array,
  signedBy: string,
  { coSigners = [] }: SignOptions,
): Signature {
  const named = coSigners.length === 0 ? {} : { co_signers: [...coSigners] };
  const block = { ...blankBlock(manifest, secretKey, signedBy), layout: LAYOUT, ...named };
  const value = encodeBase64(signEd25519(signingBytes({ ...manifest, signature: block }), secretKey));
  return { ...block, value };
}

function blankBlock(manifest: Manifest, secretKey: Uint8Array, signedBy: string): Signature {
  return {
    algorithm: 'Ed25519',
    value: '',
    signed_by: signedBy,
    key_id: keyIdOf(publicKeyOf(secretKey)),
    digest: contentDigest(manifest),
  };
}

function readableText(manifest: Manifest): string {
  const text = formatManifest(manifest);
  const readBack = parseManifest(new TextEncoder().encode(text));
  if (!readBack.ok) throw new TypeError(`refusing to sign what no one would accept: ${readBack.error.message}`);
  return text;
}

/** JSON with two spaces, as people edit it. */
export function formatManifest(manifest: Manifest): string {
  return layOut(manifest);
}
