import { encodeBase64 } from './base64.ts';
import { contentDigest, signingBytes } from './canonical.ts';
import { publicKeyOf, signEd25519 } from './ed25519.ts';
import { keyIdOf } from './key.ts';
import { parseManifest } from './parse.ts';
import type { Manifest, Signature } from './schema.ts';

/** The text of the manifest, signed: fields keep their order, any earlier signature is replaced. */
export function signManifest(manifest: Manifest, secretKey: Uint8Array, signedBy: string): string {
  const block: Signature = {
    algorithm: 'Ed25519',
    value: '',
    signed_by: signedBy,
    key_id: keyIdOf(publicKeyOf(secretKey)),
    digest: contentDigest(manifest),
  };
  const unsigned = { ...manifest, signature: block };
  const value = encodeBase64(signEd25519(signingBytes(unsigned), secretKey));
  const text = formatManifest({ ...unsigned, signature: { ...block, value } });
  const readBack = parseManifest(new TextEncoder().encode(text));
  if (!readBack.ok) throw new TypeError(`refusing to sign what no one would accept: ${readBack.error.message}`);
  return text;
}

/** JSON with two spaces, as people edit it. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
