import { checkHashes, type Manifest, parseManifest, type SkillEntry } from '../../core/manifest/index.ts';
import { MAX_MANIFEST_BYTES } from '../../core/protocol/limits.ts';
import { failure, type Result, success } from '../../core/result.ts';

/**
 * What the worker made of a draft, as far as root can vouch for it; the error is a sentence.
 *
 * Root reads it itself, with the core's own bounded parser, rather than have a second worker speak for the first: a signature is
 * root's word, so it has to be over what root has understood and not over bytes it was handed. What it reads is no stranger's text
 * any more. It comes out of the worker's answer, whose form was checked, and only one spelling of it is taken, so that a worker that
 * has fallen to its draft can choose permissions, which whoever sent the draft could have asked for, and nothing else: the hashes have
 * to be those of the files that root has seen.
 */
export function vouchFor(text: string, entries: readonly SkillEntry[], manifestName: string): Result<Manifest, string> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_MANIFEST_BYTES) return failure('it is too large');
  const parsed = parseManifest(bytes);
  if (!parsed.ok) return failure(parsed.error.message);
  const manifest = parsed.value;
  if (JSON.stringify(manifest) !== text) return failure('it is not in its one form');
  if (manifest.signature !== undefined) return failure('it brings a signature of its own');
  const hashes = checkHashes(manifest, entries, { manifestName });
  return hashes.ok ? success(manifest) : failure(hashes.error[0]?.message ?? 'its hashes are wrong');
}
