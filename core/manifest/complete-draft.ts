import { checkEntries, DETACHED_NAME, hashesOf, type SkillEntry } from './hashes.ts';
import { LAYOUT } from './layout.ts';
import { parseDraft, parseManifest } from './parse.ts';
import { checkSkillPath } from './path-pattern.ts';
import { pointerTo } from './pointer.ts';
import type { ManifestError, ManifestWarning, Refusal, SignatureError } from './problem.ts';
import type { Manifest, Signature } from './schema.ts';
import { formatManifest } from './sign.ts';

export type DraftToComplete = {
  readonly draft: Uint8Array;
  readonly entries: readonly SkillEntry[];
  readonly manifestName: string;
  /** What `signed_by` will say. */
  readonly signedBy: string;
};

export type CompletedDraft =
  | { readonly ok: true; readonly manifest: Manifest; readonly warnings: readonly ManifestWarning[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** A draft with the hashes of the skill's files as they are, ready to be signed; or every reason why it cannot be. */
export function completeDraft({ draft, entries, manifestName, signedBy }: DraftToComplete): CompletedDraft {
  const parsed = parseDraft(draft);
  const hashes = hashesOf(entries, manifestName);
  const refusals = [
    ...(parsed.ok ? [] : reasons(parsed.error)),
    ...checkEntries(entries),
    ...otherSignature(entries),
    ...checkNames(Object.keys(hashes)),
  ];
  if (!parsed.ok || refusals.length > 0) return { ok: false, refusals };
  const manifest = { ...parsed.value, hashes };
  const whole = parseManifest(new TextEncoder().encode(formatManifest({ ...manifest, signature: blank(signedBy) })));
  if (whole.ok) return { ok: true, manifest, warnings: parsed.warnings };
  // the text it speaks of is not the one that its author sees
  return { ok: false, refusals: reasons(whole.error).map(({ line: _, column: __, ...reason }) => reason) };
}

/** As long as the real one will be. */
function blank(signedBy: string): Signature {
  const digest = `sha256:${'0'.repeat(64)}`;
  const ids = { key_id: digest, digest, layout: LAYOUT };
  return { algorithm: 'Ed25519', value: `${'A'.repeat(86)}==`, signed_by: signedBy, ...ids };
}

function reasons({ more = [], ...first }: ManifestError): ManifestError[] {
  return [first, ...more];
}

// The signature goes into the manifest: one that lies beside it would make two.
function otherSignature(entries: readonly SkillEntry[]): SignatureError[] {
  if (!entries.some(({ path }) => path === DETACHED_NAME)) return [];
  const message = `${DETACHED_NAME} lies beside the manifest: only one signature can count`;
  return [{ code: 'two-signatures', message, remedy: `Remove ${DETACHED_NAME}, then sign again.` }];
}

function checkNames(paths: readonly string[]): ManifestError[] {
  return paths.flatMap((path) => {
    const problem = checkSkillPath(path);
    return problem === null ? [] : [{ code: 'unsafe-path', ...problem, pointer: pointerTo('hashes', path) }];
  });
}
