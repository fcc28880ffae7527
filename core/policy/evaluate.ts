import { scopeOf, scopesOfName } from '../names/address-scope.ts';
import { type NamesOfAddress, NO_NAMES } from '../names/history.ts';
import { coversName, parseNamePattern } from '../names/host-name.ts';
import type { Decision } from './decision.ts';
import { type HostPath, pathComponents } from './host-path.ts';
import { ROUTE_PORTS } from './host-tables.ts';
import { MAX_COMPONENT_BYTES, MAX_DEPTH } from './limits.ts';
import { speaksOfName } from './local-names.ts';
import type { ProtectedLocation } from './locations.ts';
import { parseAddress, parsePrefix, speaksAbout } from './network-address.ts';
import { byteKey } from './pattern/bytes.ts';
import { matchPath } from './pattern/match-path.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import { type LocalNameRule, type NameRule, type NetworkRule, NO_RULE, type PathRule, type Policy } from './rule.ts';
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
  /** A disk, a keyboard, the machine's memory: silence on it is no audit's to allow. */
  isDevice?: boolean;
};

/** An address as a program names it. */
export type AddressRequest = {
  address: string;
  port: number;
  protocol: Exclude<Protocol, 'any'>;
  /** The names that have led the session there; none where it is left out. */
  names?: NamesOfAddress;
};

/** A host that a program looks up and connects to. */
export type NameRequest = { name: string; port: number; protocol: Exclude<Protocol, 'any'> };

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
  return decide(request.isDevice === true ? unaudited(policy) : policy, request.operation, matching);
}

function unaudited(policy: Policy): Policy {
  return { ...policy, undeclared: { ...policy.undeclared, audits: [] } };
}

/** What the policy says about a connection, or about a socket that is to listen there. Throws when the address is no IPv4 or IPv6 literal. */
export function evaluateAddress(policy: Policy, operation: NetworkOperation, request: AddressRequest): Decision {
  const { address, port, protocol } = request;
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
  if (operation !== 'connect') return decide(policy, operation, matching);
  const named = namedRules(policy, request, bytes);
  const decision = decide(policy, operation, [...matching, ...named.rules]);
  if (decision.reason !== 'no-rule' || decision.verdict === 'require_approval' || named.why === null) return decision;
  return { ...decision, reason: named.why };
}

/**
 * What the policy says about a connection to what a name leads to: a public address that no rule on addresses speaks of, and
 * that name servers have just told. Throws when it is no name.
 */
export function evaluateName(policy: Policy, { name, port, protocol }: NameRequest): Decision {
  return decide(
    policy,
    'connect',
    policy.names.filter((rule) => meansName(rule, name) && fitsPorts(rule, port, protocol)),
  );
}

type Named = { rules: NameRule[]; why: 'private-address' | 'name-expired' | null };

/** The rules on names that speak of an address, and why others do not that would let it pass. */
function namedRules(policy: Policy, { port, protocol, names = NO_NAMES }: AddressRequest, address: Uint8Array): Named {
  const scope = scopeOf(address);
  const fitting = (name: string): NameRule[] =>
    policy.names.filter((rule) => meansName(rule, name) && fitsPorts(rule, port, protocol));
  const leadsThere = (name: string) => scopesOfName(parseNamePattern(name).name).includes(scope);
  // who is refused by name gains nothing by looking it up again
  const isGranted = (name: string) => fitting(name).length > 0 && !fitting(name).some(isRefusal);
  const rules = names.current.flatMap((name) => fitting(name).filter((rule) => isRefusal(rule) || leadsThere(name)));
  if ([...names.current, ...names.expired].some((name) => isGranted(name) && !leadsThere(name)))
    return { rules, why: 'private-address' };
  return { rules, why: names.expired.some(isGranted) ? 'name-expired' : null };
}

function isRefusal({ effect }: NameRule): boolean {
  return effect === 'block' || effect === 'kill';
}

function fitsPorts({ effect, ports, protocol: own }: NameRule, port: number, protocol: 'tcp' | 'udp'): boolean {
  if (ROUTE_PORTS.includes(port) && protocol === 'udp' && effect === 'allow') return true;
  return ports.low <= port && port <= ports.high && (own === 'any' || own === protocol);
}

function meansName({ name: pattern }: NameRule, name: string): boolean {
  return coversName(parseNamePattern(pattern), parseNamePattern(name));
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
  matching: readonly (PathRule | NetworkRule | NameRule | LocalNameRule)[],
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
