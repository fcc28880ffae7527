import {
  formatPublicKey,
  parseManifest,
  parsePublicKey,
  type TrustedKey,
  verifyManifest,
} from '../../core/manifest/index.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Publisher, PublisherRequest } from './binding.ts';
import { refusalOf } from './refusal.ts';

/** Whether a manifest is sound if the keys that it brings along are believed, and which of them has signed it. */
export function judgePublisher(request: PublisherRequest): Result<Publisher, Refusal[]> {
  const parsed = parseManifest(request.manifest);
  const brought = parsed.ok ? keysOf(parsed.value.publisher?.keys ?? []) : [];
  if (parsed.ok && brought.length === 0) return failure([noKey()]);
  const verified = verifyManifest({ ...request, bytes: request.manifest, keys: [...request.keys, ...brought] });
  if (!verified.ok) return failure(verified.refusals.map(refusalOf));
  const { manifest, signer } = verified;
  const key = [...brought, ...request.keys].find((one) => one.keyId === signer.keyId);
  if (key === undefined) return failure([noKey()]);
  return success({ key: formatPublicKey(key), skillId: manifest.skill_id, version: manifest.version });
}

function keysOf(lines: readonly string[]): TrustedKey[] {
  return lines.flatMap((line, index) => {
    const key = parsePublicKey(line);
    return key.ok ? [{ ...key.value, source: `publisher.keys[${index}]` }] : [];
  });
}

function noKey(): Refusal {
  return {
    code: 'no-publisher-key',
    message: 'the manifest does not bring the key it is signed with along',
    remedy: 'Get the public key from its publisher, then: ringfence keys add FILE.pub',
    pointer: 'publisher.keys',
  };
}
