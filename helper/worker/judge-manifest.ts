import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalBytes, type VerifiedManifest, verifyManifest } from '../../core/manifest/index.ts';
import { compile } from '../../core/policy/compile.ts';
import { display } from '../../core/policy/pattern/bytes.ts';
import { policyFromManifest } from '../../core/policy/policy-from-manifest.ts';
import type { LocalNameRule, NameRule, NetworkRule, PathRule, Policy } from '../../core/policy/rule.ts';
import type { Refusal } from '../../core/protocol/errors.ts';
import { proxiedNames } from '../../core/proxy/proxied-names.ts';
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
  return success({ summary: summarize(verified, policy.value, context), tables: tables.value });
}

function summarize(
  { manifest, signer, coSigners, issue, warnings }: Verified,
  policy: Policy,
  { symbols }: BindRequest['context'],
): Binding['summary'] {
  const { paths, network, names, resolvers, localNames = [], onViolation, undeclared, limits } = policy;
  const readable = localNames.map(({ name, ...rest }) => ({ ...rest, name: bytesToHex(name) }));
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
      sha256(
        canonicalBytes({ paths, network, names, resolvers, localNames: readable, onViolation, undeclared, limits }),
      ),
    ),
    onViolation,
    insistsOnEnforcing: manifest.mode === 'enforce',
    undeclared,
    limits,
    rules: [
      ...paths.map(pathRule),
      ...network.map(networkRule),
      ...names.map(nameRule),
      ...localNames.map(localNameRule),
    ],
    proxied: proxiedNames(manifest, symbols),
    warnings: [...warnings.map(({ message, remedy }) => `${message} (${remedy})`), ...policy.warnings],
  };
}

function pathRule({ id, effect, operations, pattern, origin }: PathRule): BoundRule {
  return { id, effect, operations, object: pattern, ...origin };
}

function networkRule({ id, effect, operation, prefix, ports, protocol, origin }: NetworkRule): BoundRule {
  return { id, effect, operations: [operation], object: `${prefix} ${portsOf({ ports, protocol })}`, ...origin };
}

function nameRule({ id, effect, name, ports, protocol, origin }: NameRule): BoundRule {
  return { id, effect, operations: ['connect'], object: `${name} ${portsOf({ ports, protocol })}`, ...origin };
}

function portsOf({ ports: { low, high }, protocol }: Pick<NameRule, 'ports' | 'protocol'>): string {
  return `port ${low === high ? low : `${low}-${high}`} ${protocol}`;
}

function localNameRule({ id, effect, name, isPrefix, origin }: LocalNameRule): BoundRule {
  return { id, effect, operations: ['connect'], object: `@${display(name)}${isPrefix ? '*' : ''}`, ...origin };
}
