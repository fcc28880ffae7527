import type { Decision } from './decision.ts';
import { type HostPath, pathComponents } from './host-path.ts';
import { MAX_COMPONENT_BYTES, MAX_DEPTH } from './limits.ts';
import { speaksOfName } from './local-names.ts';
import type { ProtectedLocation } from './locations.ts';
import { parseAddress, parsePrefix, speaksAbout } from './network-address.ts';
import { byteKey } from './pattern/bytes.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import { type LocalNameRule, type NetworkRule, NO_RULE, type PathRule, type Policy } from './rule.ts';
import { answerToUndeclared } from './undeclared.ts';
import { type NetworkOperation, type Operation, type PathOperation, type Protocol, verdictCode } from './vocabulary.ts';

/** An operation on one object. */
export type PathRequest = {
  operation: PathOperation;
  path: HostPath;
  /** Further host paths of the same object: other mounts of its filesystem that show it. */
  aliases?: readonly HostPath[];
  /** Names between the object and the root of its filesystem, where that is not the host path's own depth. */
  depth?: number;
};

/** An address as a program names it. */
export type AddressRequest = {
  address: string;
  port: number;
  protocol: Exclude<Protocol, 'any'>;
};

/**
 * What the policy says: the specification that the kernel is tested against. It reads the rules one by one and knows
 * nothing of the automaton. Protected locations come first, then the strictest rule that matches any of the object's
 * paths (the first of equals); silence is a refusal, but for what `undeclared` says. Throws when a rule's pattern is malformed: `compile` refuses these.
 */
export function evaluate(policy: Policy, locations: readonly ProtectedLocation[], request: PathRequest): Decision {
  const paths = [request.path, ...(request.aliases ?? [])].map(pathComponents);
  const unwalkable = checkWalk(policy, paths, request.depth);
  if (unwalkable !== null) return unwalkable;
  const location = locations.find(
    ({ path, verdicts }) =>
      verdicts[request.operation] === 'block' && paths.some((names) => isAtOrBelow(names, pathComponents(path))),
  );
  if (location !== undefined) return refusal(policy, { reason: 'location', rule: NO_RULE, location: location.name });
  const matching = policy.paths.filter(
    (rule) =>
      rule.operations.includes(request.operation) &&
      parsedPatterns(rule.pattern).some((pattern) => paths.some((names) => matchPath(pattern, names))),
  );
  return decide(policy, request.operation, matching);
}

/** What the policy says about a connection, or about a socket that is to listen there. Throws when the address is no IPv4 or IPv6 literal. */
export function evaluateAddress(
  policy: Policy,
  operation: NetworkOperation,
  { address, port, protocol }: AddressRequest,
): Decision {
  const bytes = parseAddress(address);
  if (bytes === null) throw new Error(`“${address}” is no address`);
  const matching = policy.network.filter((rule) => {
    const prefix = parsePrefix(rule.prefix);
    if (prefix === null) throw new Error(`“${rule.prefix}” is no address prefix`);
    if (rule.operation !== operation) return false;
    const fits = rule.protocol === 'any' || rule.protocol === protocol;
    return (
      fits && rule.ports.low <= port && port <= rule.ports.high && speaksAbout(prefix, { address: bytes, length: 128 })
    );
  });
  return decide(policy, operation, matching);
}

/** What the policy says about connecting to an abstract Unix socket. `name`: its bytes, without the NUL before them. */
export function evaluateLocalName(policy: Policy, name: Uint8Array): Decision {
  return decide(
    policy,
    'connect',
    (policy.localNames ?? []).filter((rule) => speaksOfName(rule, name)),
  );
}

function decide(
  policy: Policy,
  operation: Operation,
  matching: readonly (PathRule | NetworkRule | LocalNameRule)[],
): Decision {
  const strictest = [...matching].sort((a, b) => verdictCode(b.effect) - verdictCode(a.effect) || a.id - b.id)[0];
  if (strictest === undefined) return undeclared(policy, operation);
  const decision: Decision = { verdict: strictest.effect, reason: 'rule', rule: strictest.id };
  return strictest.effect === 'block' ? refusal(policy, { reason: 'rule', rule: strictest.id }) : decision;
}

function undeclared(policy: Policy, operation: Operation): Decision {
  const verdict = answerToUndeclared(policy.undeclared, operation);
  if (verdict === 'block') return refusal(policy, { reason: 'no-rule', rule: NO_RULE });
  return { verdict, reason: verdict === 'allow' ? 'audit-mode' : 'no-rule', rule: NO_RULE };
}

/** A refusal as this policy makes it: a block, or a kill. */
export function refusal(policy: Policy, decision: Omit<Decision, 'verdict'>): Decision {
  return { verdict: policy.onViolation, ...decision };
}

function checkWalk(policy: Policy, paths: readonly Uint8Array[][], depth: number | undefined): Decision | null {
  if ((depth ?? paths[0]?.length ?? 0) > MAX_DEPTH) return refusal(policy, { reason: 'too-deep', rule: NO_RULE });
  const isTooLong = paths.some((names) => names.some((name) => name.length > MAX_COMPONENT_BYTES));
  return isTooLong ? refusal(policy, { reason: 'name-too-long', rule: NO_RULE }) : null;
}

function isAtOrBelow(names: readonly Uint8Array[], directory: readonly Uint8Array[]): boolean {
  return (
    directory.length <= names.length && directory.every((name, i) => byteKey(name) === byteKey(names[i] as Uint8Array))
  );
}
