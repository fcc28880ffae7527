import { checkValidity, completeDraft } from '../../core/manifest/index.ts';
import { compile } from '../../core/policy/compile.ts';
import { policyFromManifest } from '../../core/policy/policy-from-manifest.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { CheckedDraft, DraftRequest } from './binding.ts';
import { refusalOf, refusalOfPolicy } from './refusal.ts';

/** What a client is told at most; there are lists with a thousand entries. */
const MAX_WARNINGS = 1000;

/** From a draft to a manifest that could be bound as it is, but for the signature. All reasons of a refusal at once. */
export function judgeDraft(request: DraftRequest): Result<CheckedDraft, Refusal[]> {
  const { draft, entries, manifestName, signedBy, context, mounts, now } = request;
  const completed = completeDraft({ draft: new TextEncoder().encode(draft), entries, manifestName, signedBy });
  if (!completed.ok) return failure(completed.refusals.map(refusalOf));
  const late = checkValidity(completed.manifest, now);
  if (late !== null) return failure([refusalOf(late)]);
  const policy = policyFromManifest(completed.manifest, context);
  if (!policy.ok) return failure([refusalOfPolicy(policy.error)]);
  const tables = compile(policy.value, mounts);
  if (!tables.ok) return failure([refusalOfPolicy(tables.error)]);
  const warnings = [
    ...completed.warnings.map(({ message, remedy }) => `${message} (${remedy})`),
    ...policy.value.warnings,
  ];
  return success({ text: JSON.stringify(completed.manifest), warnings: warnings.slice(0, MAX_WARNINGS) });
}
