import { scopesOfName } from '../names/address-scope.ts';
import { coversName, type NamePattern, parseNamePattern } from '../names/host-name.ts';
import { failure, type Result, success } from '../result.ts';
import { type RangeRule, rangesOf } from './destinations.ts';
import { type CompileLimits, MAX_PORT_RANGES } from './limits.ts';
import { parseAddress } from './network-address.ts';
import type { PolicyError } from './policy-error.ts';
import type { NameRule, Policy } from './rule.ts';
import type { NameTables } from './tables.ts';

/** One entry for each name or ending that a rule names, with what wider endings say merged in. Errors name the rules. */
export function compileNames(
  { names: rules, resolvers }: Pick<Policy, 'names' | 'resolvers'>,
  limits: CompileLimits,
): Result<NameTables, PolicyError> {
  const parsed = rules.map((rule) => ({ rule, pattern: parseNamePattern(rule.name) }));
  const patterns = [...new Map(rules.map(({ name }) => [name, parseNamePattern(name)])).values()];
  if (patterns.length > limits.names) return failure(tooManyNames(rules, limits.names));
  const hosts: NameTables['hosts'][number][] = [];
  for (const pattern of patterns) {
    const applying = parsed.filter((one) => coversName(one.pattern, pattern)).map(({ rule }) => rule);
    const ranges = rangesOf(applying.flatMap(withRoutes));
    if (ranges.length > MAX_PORT_RANGES) return failure(tooManyRanges(applying));
    hosts.push({ scopes: scopesOfName(pattern.name), ranges });
  }
  return success({
    patterns: patterns.map((pattern: NamePattern, index) => ({ ...pattern, host: index + 1 })),
    hosts,
    resolvers: Uint8Array.from(resolvers.flatMap((address) => [...(parseAddress(address) ?? [])])),
  });
}

/**
 * To sort the addresses that it was told by where it would send from, libc connects a datagram socket to each: glibc to port 0, musl
 * to the last one.
 */
export const ROUTE_PORTS: readonly number[] = [0, 65_535];

function withRoutes(rule: NameRule): RangeRule[] {
  const own: RangeRule = { ...rule, operation: 'connect' };
  if (rule.effect !== 'allow') return [own];
  return [
    own,
    ...ROUTE_PORTS.map((port): RangeRule => ({ ...own, ports: { low: port, high: port }, protocol: 'udp' })),
  ];
}

function tooManyNames(rules: readonly NameRule[], limit: number): PolicyError {
  return {
    code: 'too-many-destinations',
    message: `the network rules name more than ${limit} hosts`,
    remedy: 'join names to endings such as *.example.org',
    rules: rules.slice(limit, limit + 5).map(({ id }) => id),
    pointer: null,
  };
}

function tooManyRanges(rules: readonly NameRule[]): PolicyError {
  return {
    code: 'too-many-port-ranges',
    message: `more than ${MAX_PORT_RANGES} port ranges apply to one host name`,
    remedy: 'join ports to ranges, also those of endings that take the name in',
    rules: rules.map(({ id }) => id),
    pointer: rules[0]?.origin.pointer ?? null,
  };
}
