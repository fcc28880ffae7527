import { type Manifest, namesHost } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import { checkApplicability } from './applicability.ts';
import { askedWhenUndeclared } from './approval-classes.ts';
import { baseRules } from './base.ts';
import { type BindContext, checkContext } from './bind-context.ts';
import { closedPlaces } from './closed-places.ts';
import { MAX_RULES } from './limits.ts';
import { networkRules } from './manifest-network.ts';
import { pathRules } from './manifest-paths.ts';
import { closedDeputies, socketRules } from './manifest-sockets.ts';
import type { PolicyError } from './policy-error.ts';
import type { Limits, Policy, Undeclared } from './rule.ts';
import { OPERATIONS } from './vocabulary.ts';

/**
 * The policy of a session: what the manifest grants, denies and asks about, numbered first, then the base, then the deputies
 * and root's own places that stay closed.
 */
export function policyFromManifest(manifest: Manifest, context: BindContext): Result<Policy, PolicyError> {
  const broken = checkContext(context);
  if (broken !== null) return failure(broken);
  const applies = checkApplicability(manifest, context);
  if (!applies.ok) return applies;
  const paths = pathRules(manifest, context);
  if (!paths.ok) return paths;
  const network = networkRules(manifest, context, paths.value.rules.length + 1);
  if (!network.ok) return network;
  const { numbers, ...addresses } = network.value;
  const sockets = socketRules(manifest, context, paths.value.rules.length + numbers + 1);
  if (!sockets.ok) return sockets;
  const own = {
    paths: [...paths.value.rules, ...sockets.value.paths],
    network: [...addresses.network, ...sockets.value.network],
    localNames: sockets.value.localNames,
  };
  const count = paths.value.rules.length + numbers + countOf(sockets.value);
  const base = baseRules(count + 1);
  const undeclared = undeclaredOf(manifest, context);
  const closed = closedDeputies(manifest, context, { firstId: count + base.length + 1, own, undeclared });
  if (!closed.ok) return closed;
  const places = closedPlaces(own.paths, count + base.length + countOf(closed.value) + 1);
  const all = count + base.length + countOf(closed.value) + places.length;
  if (all > MAX_RULES) return failure(tooManyRules(all));
  return success({
    ...addresses,
    paths: [...own.paths, ...base, ...closed.value.paths, ...places],
    network: [...own.network, ...closed.value.network],
    localNames: [...own.localNames, ...closed.value.localNames],
    onViolation: manifest.on_violation ?? 'block',
    undeclared,
    limits: limitsOf(manifest),
    warnings: [...paths.value.warnings, ...modeWarnings(manifest, context), ...proxyWarnings(manifest)],
  });
}

function countOf(rules: Readonly<Record<string, readonly unknown[]>>): number {
  return Object.values(rules).reduce((sum, list) => sum + list.length, 0);
}

function undeclaredOf({ permissions, mode }: Manifest, { audit }: BindContext): Undeclared {
  const asks = askedWhenUndeclared(permissions.require_approval?.classes ?? []);
  const isAudited = mode === 'audit' && audit === true;
  return { asks, audits: isAudited ? OPERATIONS.filter((operation) => !asks.includes(operation)) : [] };
}

function limitsOf({ limits }: Manifest): Limits {
  return {
    deletionsPerMinute: limits?.deletions_per_minute ?? null,
    processes: limits?.processes ?? null,
    bytesSent: limits?.bytes_sent ?? null,
  };
}

/** A manifest cannot loosen its own leash. */
function modeWarnings({ mode }: Manifest, { audit }: BindContext): string[] {
  if (mode !== 'audit' || audit === true) return [];
  return [
    'The manifest asks for audit mode; it is enforced all the same. To have it audited only: ringfence run --audit, which an administrator authorises.',
  ];
}

/** The proxy cannot hold a connection for a person's word. */
function proxyWarnings({ permissions }: Manifest): string[] {
  const asked = permissions.require_approval?.network?.egress ?? [];
  const names = permissions.network?.via === 'proxy' ? asked.filter((text) => namesHost(text)) : [];
  if (names.length === 0) return [];
  return [
    `${names.join(', ')} cannot be asked about where hosts are reached through the proxy: it stays out of reach.`,
  ];
}

function tooManyRules(count: number): PolicyError {
  return {
    code: 'too-many-rules',
    message: `the manifest and the base make ${count} rules, more than ${MAX_RULES}`,
    remedy: 'join entries by patterns such as “dir/**” or “{a,b}”',
    rules: [],
    pointer: null,
  };
}
