import { type CoSigner, verifyCoSignatures } from './co-signature.ts';
import { checkDetachedLayout, parseDetached, withDetached } from './detached.ts';
import { checkHashes, type SkillEntry } from './hashes.ts';
import { issueDigest } from './issue-digest.ts';
import type { TrustedKey } from './key.ts';
import { findOtherLayout } from './layout.ts';
import { parseManifest } from './parse.ts';
import { type ManifestWarning, type Places, placed, type Refusal, type SignatureError } from './problem.ts';
import type { Revocation } from './revocation.ts';
import type { Manifest } from './schema.ts';
import { type Signer, verifySignature } from './signature.ts';
import { checkValidity } from './validity.ts';

export type VerifiedManifest =
  | {
      readonly ok: true;
      /** With its detached signature, if it has one, in place. */
      readonly manifest: Manifest;
      readonly signer: Signer;
      readonly coSigners: readonly CoSigner[];
      /** See `issueDigest`. */
      readonly issue: string;
      readonly warnings: readonly ManifestWarning[];
    }
  | { readonly ok: false; readonly manifest: Manifest | null; readonly refusals: readonly Refusal[] };

export type VerifyInput = {
  readonly bytes: Uint8Array;
  readonly keys: readonly TrustedKey[];
  readonly entries: readonly SkillEntry[];
  readonly manifestName?: string;
  /** Of the detached signature; null or left out: there is none. */
  readonly detached?: Uint8Array | null;
  readonly revocations?: readonly Revocation[];
  /** Milliseconds since 1970; left out: whether the manifest holds at any time is not asked. */
  readonly now?: number;
};

type Signatures =
  | { readonly ok: true; readonly manifest: Manifest; readonly signer: Signer; readonly coSigners: readonly CoSigner[] }
  | { readonly ok: false; readonly manifest: Manifest; readonly errors: readonly SignatureError[] };

/** Text, signatures and files together: accepted, or every reason why not. */
export function verifyManifest(input: VerifyInput): VerifiedManifest {
  const parsed = parseManifest(input.bytes);
  if (!parsed.ok) {
    const { more = [], ...first } = parsed.error;
    return { ok: false, manifest: null, refusals: [first, ...more] };
  }
  const { places } = parsed;
  const signatures = verifySignatures(parsed.value, places, input);
  const { manifest } = signatures;
  const late = input.now === undefined ? null : checkValidity(manifest, input.now, places);
  const hashes = checkHashes(manifest, input.entries, {
    places,
    ...(input.manifestName === undefined ? {} : { manifestName: input.manifestName }),
  });
  if (signatures.ok && late === null && hashes.ok) {
    const { signer, coSigners } = signatures;
    const issue = issueDigest(manifest, input.bytes, input.detached ?? null);
    const told = [...otherName(manifest, signer, places), ...unknownCoSigners(coSigners)];
    return { ok: true, manifest, signer, coSigners, issue, warnings: [...parsed.warnings, ...told] };
  }
  const errors = signatures.ok ? [] : signatures.errors;
  const isChanged = errors.some(({ code }) => code === 'changed-manifest');
  const files = (hashes.ok ? [] : hashes.error).filter(({ code }) => !(isChanged && COMPARED.has(code)));
  return { ok: false, manifest, refusals: [...errors, ...(late === null ? [] : [late]), ...files] };
}

/** What a changed manifest says of the files is not what was signed. */
const COMPARED: ReadonlySet<string> = new Set(['changed-file', 'missing-file', 'unlisted-file']);

function verifySignatures(manifest: Manifest, places: Places, input: VerifyInput): Signatures {
  const { keys, revocations = [] } = input;
  const whole = inPlace(manifest, input.detached ?? null);
  if (!whole.ok) return { ok: false, manifest, errors: [placed(whole.error, places)] };
  const signed = whole.manifest;
  const signer = verifySignature(signed, keys, places, revocations);
  if (!signer.ok) return { ok: false, manifest: signed, errors: [signer.error] };
  const coSigners = verifyCoSignatures(signed, keys, places, revocations);
  if (!coSigners.ok) return { ok: false, manifest: signed, errors: coSigners.error };
  const other = whole.layout ?? otherLayout(manifest, signed, input.bytes);
  if (other !== null) return { ok: false, manifest: signed, errors: [other] };
  return { ok: true, manifest: signed, signer: signer.value, coSigners: coSigners.value };
}

type InPlace =
  | { readonly ok: true; readonly manifest: Manifest; readonly layout: SignatureError | null }
  | { readonly ok: false; readonly error: SignatureError };

function inPlace(manifest: Manifest, bytes: Uint8Array | null): InPlace {
  if (bytes === null) return { ok: true, manifest, layout: null };
  const detached = parseDetached(bytes);
  if (!detached.ok) return detached;
  const whole = withDetached(manifest, detached.value);
  if (!whole.ok) return whole;
  return { ok: true, manifest: whole.value, layout: checkDetachedLayout(bytes, detached.value) };
}

/** RFC 8785 leaves white space, the order of members and escapes open; a signer who wrote the layout into the signature does not. */
function otherLayout(manifest: Manifest, signed: Manifest, bytes: Uint8Array): SignatureError | null {
  const place = signed.signature?.layout === undefined ? null : findOtherLayout(bytes, manifest);
  if (place === null) return null;
  const message =
    'the text of the manifest was changed after it was signed: what it says is the same, its bytes are not';
  const remedy = 'Get it from its publisher again; if it is your own, sign it again: ringfence manifest sign FILE';
  return { code: 'changed-manifest', message, remedy, pointer: '', ...place };
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

function unknownCoSigners(coSigners: readonly CoSigner[]): ManifestWarning[] {
  return coSigners.flatMap((one) => {
    if (one.state === 'valid') return [];
    const message = `"${one.signedBy}" has co-signed with a key that is not trusted here (${one.keyId}): it counts for nothing`;
    const remedy = 'If you trust them, get their public key: ringfence keys add FILE.pub';
    return [{ code: 'unknown-co-signer' as const, message, remedy }];
  });
}
