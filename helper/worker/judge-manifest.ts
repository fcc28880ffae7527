import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalBytes, type VerifiedManifest, verifyManifest } from '../../core/manifest/index.ts';
import { compile } from '../../core/policy/compile.ts';
import { display } from '../../core/policy/pattern/bytes.ts';
import { policyFromManifest } from '../../core/policy/policy-from-manifest.ts';
import type { LocalNameRule, NetworkRule, PathRule, Policy } from '../../core/policy/rule.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { Binding, BindRequest, BoundRule } from './binding.ts';
import { refusalOf, refusalOfPolicy } from './refusal.ts';

type Verified = Extract<VerifiedManifest, { ok: true }>;

/** From bytes to tables: strict reading, signature, files, policy, compilation. All reasons of a refusal at once. */
export function judgeManifest(request: BindRequest): Result<Binding, Refusal[]> {
  const { context, mounts } = request;
  const verified = verifyManifest({ ...request, bytes: request.manifest });
  if (!verified.ok) return failure(verified.refusals.map(refusalOf));
  const policy = policyFromManifest(verified.manifest, context);
  if (!policy.ok) return failure([refusalOfPolicy(policy.error)]);
  const tables = compile(policy.value, mounts);
  if (!tables.ok) return failure([refusalOfPolicy(tables.error)]);
  return success({ summary: summarize(verified, policy.value), tables: tables.value });
}

function summarize({ manifest, signer, coSigners, issue, warnings }: Verified, policy: Policy): Binding['summary'] {
  const { paths, network, localNames = [], onViolation, undeclared, limits } = policy;
  const names = localNames.map(({ name, ...rest }) => ({ ...rest, name: bytesToHex(name) }));
  return {
    skillId: manifest.skill_id,
    version: manifest.version,
    keyId: signer.keyId,
    keyName: signer.keyName,
    coSigners,
    created: manifest.created ?? null,
    supersedes: manifest.supersedes ?? [],
    issue,
    policySha256: bytesToHex(
      sha256(canonicalBytes({ paths, network, localNames: names, onViolation, undeclared, limits })),
    ),
    onViolation,
    undeclared,
    limits,
    rules: [...paths.map(pathRule), ...network.map(networkRule), ...localNames.map(localNameRule)],
    warnings: [...warnings.map(({ message, remedy }) => `${message} (${remedy})`), ...policy.warnings],
  };
}

function pathRule({ id, effect, operations, pattern, origin }: PathRule): BoundRule {
  return { id, effect, operations, object: pattern, ...origin };
}

function networkRule({ id, effect, operation, prefix, ports, protocol, origin }: NetworkRule): BoundRule {
  const object = `${prefix} port ${ports.low === ports.high ? ports.low : `${ports.low}-${ports.high}`} ${protocol}`;
  return { id, effect, operations: [operation], object, ...origin };
}

function localNameRule({ id, effect, name, isPrefix, origin }: LocalNameRule): BoundRule {
  return { id, effect, operations: ['connect'], object: `@${display(name)}${isPrefix ? '*' : ''}`, ...origin };
}
