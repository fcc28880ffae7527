import type { TrustedKey } from '../../core/manifest/index.ts';
import { sha256, signerOf } from './reference/signature.ts';
import { readStrictly } from './reference/strict-json.ts';
import type { Subject } from './subject.ts';
import type { VerifierInput, VerifierKind } from './verifier-input.ts';

export type VerifierOutcome = { readonly outcome: 'accepted' | 'refused'; readonly problem: string | null };

/** A verification that takes longer is a hang: milliseconds, far above any honest one. */
const MOST_MILLISECONDS = 500;

/** Ours accepts exactly if OpenSSL and the stricter rules do; and a refusal says whose fault it is. */
export function judgeVerifier(subject: Subject, input: VerifierInput): VerifierOutcome {
  try {
    return judge(subject, input);
  } catch (thrown) {
    const stack = thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 4).join(' | ') : String(thrown);
    return { outcome: 'refused', problem: `threw: ${stack}` };
  }
}

function judge(subject: Subject, { kind, bytes, keys }: VerifierInput): VerifierOutcome {
  const started = performance.now();
  const verified = subject.verifyManifest({ bytes, keys, entries: [] });
  const outcome = verified.ok ? 'accepted' : 'refused';
  const milliseconds = performance.now() - started;
  if (milliseconds > MOST_MILLISECONDS && repeatedly(() => subject.verifyManifest({ bytes, keys, entries: [] })))
    return { outcome, problem: `slow: ${milliseconds.toFixed(0)} ms` };
  const expected = expectedSigner(subject, bytes, keys);
  if (verified.ok && verified.signer.keyId !== expected)
    return {
      outcome,
      problem: `wrong accept (${kind}): ${verified.signer.keyId}, where the reference says ${expected}`,
    };
  if (!verified.ok && expected !== null) {
    const reasons = verified.refusals.map(({ code, message }) => `${code} ${message}`).join('; ');
    return { outcome, problem: `wrong refusal (${kind}): ${reasons}` };
  }
  return { outcome, problem: verified.ok ? null : checkBlame(kind, verified.refusals) };
}

function repeatedly(work: () => void): boolean {
  return [1, 2, 3].every(() => {
    const started = performance.now();
    work();
    return performance.now() - started > MOST_MILLISECONDS;
  });
}

/** The key id that vouches; null where text, form, files or signature are to be refused. */
function expectedSigner(subject: Subject, bytes: Uint8Array, keys: readonly TrustedKey[]): string | null {
  const text = readStrictly(bytes);
  if (!text.accepted || !subject.parseManifest(bytes).ok) return null;
  const { hashes } = text.value as { hashes: object };
  if (Object.keys(hashes).length > 0) return null; // lists files, and there are none
  // A trust store that names a key by another id than its own names another key.
  const own = keys.filter(({ keyId, publicKey }) => keyId === sha256(publicKey));
  return signerOf(
    text.value,
    own.map(({ publicKey }) => publicKey),
  );
}

/** For what is changed in one place only, the codes that name that place. */
const BLAME: Partial<Record<VerifierKind, RegExp>> = {
  'signature bit': /^(bad-signature|malformed-signature|unknown-key)$/,
  // the last character may be another that is canonical too
  encoding: /^(malformed-signature|bad-signature|unknown-key)$/,
  'S plus L': /^(bad-signature|malformed-signature|unknown-key)$/,
  'R changed': /^(bad-signature|malformed-signature|unknown-key)$/,
  'key bit': /^(unknown-key|weak-key|bad-signature)$/,
  'small order': /^(weak-key|unknown-key|malformed-signature)$/,
  'mixed order': /^(weak-key|unknown-key)$/,
  'R with torsion': /^(bad-signature|malformed-signature|unknown-key)$/,
  'other key': /^(unknown-key|bad-signature|weak-key)$/,
};

const SIGNATURE_CODES: ReadonlySet<string> = new Set([
  'unsigned',
  'unsupported-algorithm',
  'malformed-signature',
  'unknown-key',
  'weak-key',
  'bad-signature',
  'changed-manifest',
  'bad-co-signature',
  'missing-co-signature',
]);

function checkBlame(
  kind: VerifierKind,
  refusals: readonly { code: string; message: string; remedy: string }[],
): string | null {
  const [first] = refusals;
  if (first === undefined) return 'a refusal without a reason';
  const empty = refusals.find(({ code, message, remedy }) => code === '' || message === '' || remedy === '');
  if (empty !== undefined) return `a reason without message or remedy: ${empty.code}`;
  const wanted = BLAME[kind];
  // A text that is refused before anyone looks at its signature is not this kind's to explain.
  const isAboutSignature = SIGNATURE_CODES.has(first.code);
  if (wanted === undefined || !isAboutSignature || wanted.test(first.code)) return null;
  return `blames ${first.code} for ${kind}: ${first.message}`;
}
