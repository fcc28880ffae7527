import { failure, type Result, success } from '../result.ts';
import { type CompileLimits, MAX_PORT_RANGES } from './limits.ts';
import { type AddressPrefix, covers, IPV4_SPACE, parsePrefix, prefixText, speaksAbout } from './network-address.ts';
import type { PolicyError } from './policy-error.ts';
import type { NetworkRule } from './rule.ts';
import type { PolicyTables, PortRange } from './tables.ts';
import { operationCode, PROTOCOL_NUMBERS, verdictCode } from './vocabulary.ts';

/** What a rule says of ports. */
export type RangeRule = Pick<NetworkRule, 'id' | 'effect' | 'operation' | 'ports' | 'protocol'>;

type Destination = { prefix: AddressPrefix; ranges: PortRange[] };

/** One entry for each prefix that a rule names, with what wider prefixes say merged in. Errors name the rules. */
export function compileDestinations(
  rules: readonly NetworkRule[],
  limits: CompileLimits,
): Result<PolicyTables['destinations'], PolicyError> {
  const parsed = rules.map((rule) => ({ rule, prefix: parsePrefix(rule.prefix) }));
  const broken = parsed.find(({ prefix }) => prefix === null);
  if (broken !== undefined) return failure(badPrefix(broken.rule));
  const known = parsed.flatMap(({ rule, prefix }) => (prefix === null ? [] : [{ rule, prefix }]));
  const prefixes = distinctPrefixes(known.map(({ prefix }) => prefix));
  if (prefixes.length > limits.destinations) return failure(tooManyDestinations(rules, limits.destinations));
  const destinations: Destination[] = [];
  for (const prefix of prefixes) {
    const applying = known.filter((one) => speaksAbout(one.prefix, prefix)).map(({ rule }) => rule);
    const ranges = rangesOf(applying);
    if (ranges.length > MAX_PORT_RANGES) return failure(tooManyRanges(applying, prefix));
    destinations.push({ prefix, ranges });
  }
  return success({
    address: Uint8Array.from(destinations.flatMap(({ prefix }) => [...prefix.address])),
    prefixLength: Uint8Array.from(destinations, ({ prefix }) => prefix.length),
    ranges: destinations.map(({ ranges }) => ranges),
  });
}

/** Sorted; with all of IPv4 among them where an IPv6 prefix would otherwise answer for it. */
function distinctPrefixes(prefixes: readonly AddressPrefix[]): AddressPrefix[] {
  const hidesIpv4 = prefixes.some((prefix) => prefix.length < IPV4_SPACE.length && covers(prefix, IPV4_SPACE));
  const all = hidesIpv4 ? [...prefixes, IPV4_SPACE] : prefixes;
  const byKey = new Map(all.map((prefix) => [prefixKey(prefix), prefix]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, prefix]) => prefix);
}

function prefixKey({ address, length }: AddressPrefix): string {
  const bytes = Array.from(address, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${bytes}/${length.toString().padStart(3, '0')}`;
}

/** Strictest first, then in the policy's order; what an earlier range decides completely is left out. */
export function rangesOf(rules: readonly RangeRule[]): PortRange[] {
  const ranges: PortRange[] = [];
  for (const rule of [...rules].sort(byPrecedence)) {
    const { low, high } = rule.ports;
    const operation = operationCode(rule.operation);
    const protocol = PROTOCOL_NUMBERS[rule.protocol];
    const isDecided = ranges.some(
      (one) =>
        one.operation === operation &&
        one.low <= low &&
        high <= one.high &&
        (one.protocol === PROTOCOL_NUMBERS.any || one.protocol === protocol),
    );
    if (!isDecided) ranges.push({ low, high, protocol, verdict: verdictCode(rule.effect), operation, rule: rule.id });
  }
  return ranges;
}

function byPrecedence(a: RangeRule, b: RangeRule): number {
  return verdictCode(b.effect) - verdictCode(a.effect) || a.id - b.id;
}

function badPrefix(rule: NetworkRule): PolicyError {
  return {
    code: 'bad-destination',
    message: `“${rule.prefix}” is no address prefix`,
    remedy: 'write an IPv4 or IPv6 address, or a network such as 10.0.0.0/8 whose bits beyond the length are zero',
    rules: [rule.id],
    pointer: rule.origin.pointer,
  };
}

function tooManyDestinations(rules: readonly NetworkRule[], limit: number): PolicyError {
  return {
    code: 'too-many-destinations',
    message: `the network rules name more than ${limit} destinations`,
    remedy: 'join neighbouring addresses to networks',
    rules: rules.slice(limit, limit + 5).map(({ id }) => id),
    pointer: null,
  };
}

function tooManyRanges(rules: readonly NetworkRule[], prefix: AddressPrefix): PolicyError {
  return {
    code: 'too-many-port-ranges',
    message: `more than ${MAX_PORT_RANGES} port ranges apply to the destination ${prefixText(prefix)}`,
    remedy: 'join ports to ranges, also those of wider networks around this destination',
    rules: rules.map(({ id }) => id),
    pointer: rules[0]?.origin.pointer ?? null,
  };
}
