import { checkHashes, type SkillEntry } from './hashes.ts';
import type { TrustedKey } from './key.ts';
import { parseManifest } from './parse.ts';
import { type ManifestWarning, type Places, placed, type Refusal } from './problem.ts';
import type { Manifest } from './schema.ts';
import { type Signer, verifySignature } from './signature.ts';

export type VerifiedManifest =
  | {
      readonly ok: true;
      readonly manifest: Manifest;
      readonly signer: Signer;
      readonly warnings: readonly ManifestWarning[];
    }
  | { readonly ok: false; readonly manifest: Manifest | null; readonly refusals: readonly Refusal[] };

export type VerifyInput = {
  readonly bytes: Uint8Array;
  readonly keys: readonly TrustedKey[];
  readonly entries: readonly SkillEntry[];
  readonly manifestName?: string;
};

/** Text, signature and files together: accepted, or every reason why not. */
export function verifyManifest({ bytes, keys, entries, manifestName }: VerifyInput): VerifiedManifest {
  const parsed = parseManifest(bytes);
  if (!parsed.ok) {
    const { more = [], ...first } = parsed.error;
    return { ok: false, manifest: null, refusals: [first, ...more] };
  }
  const { value: manifest, places } = parsed;
  const signature = verifySignature(manifest, keys, places);
  const hashes = checkHashes(manifest, entries, { places, ...(manifestName === undefined ? {} : { manifestName }) });
  if (signature.ok && hashes.ok) {
    const signer = signature.value;
    return { ok: true, manifest, signer, warnings: [...parsed.warnings, ...otherName(manifest, signer, places)] };
  }
  const refusals = [...(signature.ok ? [] : [signature.error]), ...(hashes.ok ? [] : hashes.error)];
  return { ok: false, manifest, refusals };
}

// signed_by is a claim; the name under which the key is trusted is what the person chose.
function otherName(manifest: Manifest, signer: Signer, places: Places): ManifestWarning[] {
  const claimed = manifest.signature?.signed_by;
  if (claimed === undefined || claimed === signer.keyName) return [];
  const message = `the manifest calls its signer "${claimed}"; the key is known here as "${signer.keyName}"`;
  const warning = {
    code: 'other-name' as const,
    message,
    remedy: 'Go by the name of the key.',
    pointer: 'signature.signed_by',
  };
  return [placed(warning, places)];
}
