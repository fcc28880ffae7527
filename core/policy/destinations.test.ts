import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileDestinations } from './destinations.ts';
import { evaluateAddress } from './evaluate.ts';
import { COMPILE_LIMITS, MAX_PORT_RANGES } from './limits.ts';
import { covers, parseAddress } from './network-address.ts';
import { type NetworkRule, type Policy, ruleId } from './rule.ts';
import type { PolicyTables } from './tables.ts';
import { originOf, policyOf } from './testing/generated-policy.ts';
import { NETWORK_OPERATIONS, type NetworkOperation, operationCode, PROTOCOL_NUMBERS, verdictOf } from './vocabulary.ts';

type Content = Pick<NetworkRule, 'effect' | 'operation' | 'prefix' | 'ports' | 'protocol'>;

function rulesOf(contents: readonly Content[]): NetworkRule[] {
  return contents.map((content, index) => {
    const id = ruleId(index + 1);
    return { ...content, id, origin: originOf(content.prefix, id) };
  });
}

function allow(prefix: string, low = 443, high = low): Content {
  return { effect: 'allow', operation: 'connect', prefix, ports: { low, high }, protocol: 'any' };
}

/** The kernel's own way: the longest prefix that covers the address, then the first range that fits. */
function lookUp(
  { address, prefixLength, ranges }: PolicyTables['destinations'],
  to: string,
  port: number,
  protocol: 'tcp' | 'udp',
  operation: NetworkOperation = 'connect',
) {
  const bytes = parseAddress(to) as Uint8Array;
  let best = -1;
  prefixLength.forEach((length, i) => {
    const prefix = { address: address.slice(i * 16, i * 16 + 16), length };
    if (covers(prefix, { address: bytes, length: 128 }) && length > (prefixLength[best] ?? -1)) best = i;
  });
  const fitting = ranges[best]?.find(
    (range) =>
      range.operation === operationCode(operation) &&
      range.low <= port &&
      port <= range.high &&
      (range.protocol === 0 || range.protocol === PROTOCOL_NUMBERS[protocol]),
  );
  return { verdict: verdictOf(fitting?.verdict ?? 0), rule: fitting?.rule ?? 0 };
}

const prefix = fc.constantFrom(
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.0.0.0/9',
  '10.128.0.0/9',
  '10.1.2.3/32',
  '127.0.0.1/32',
  '::/0',
  '::/1',
  '2001:db8::/32',
  '2001:db8::/33',
  '2001:db8::1/128',
  '::1/128',
  '::ffff:10.0.0.0/104',
);
const port = fc.constantFrom(1, 22, 80, 443, 8080, 65535);
const content: fc.Arbitrary<Content> = fc.record({
  operation: fc.constantFrom('connect', 'connect', 'listen'),
  effect: fc.constantFrom('allow', 'allow', 'require_approval', 'block', 'kill'),
  prefix,
  ports: fc.tuple(port, port).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
  protocol: fc.constantFrom('any', 'tcp', 'udp'),
});
const address = fc.constantFrom(
  '10.1.2.3',
  '10.1.2.4',
  '10.200.0.1',
  '127.0.0.1',
  '192.0.2.1',
  '2001:db8::1',
  '2001:db8:8000::1',
  '::1',
  'fe80::1',
  '::ffff:10.1.2.3',
);

test('the table of destinations says what the rules say', () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 8 }),
      fc.array(fc.tuple(address, port, fc.constantFrom('tcp', 'udp'), fc.constantFrom(...NETWORK_OPERATIONS)), {
        minLength: 10,
        maxLength: 10,
      }),
      (contents, connections) => {
        const network = rulesOf(contents);
        const policy: Policy = { ...policyOf([]), network };
        const table = compileDestinations(network, COMPILE_LIMITS);
        if (!table.ok) throw new Error(table.error.message);
        for (const [to, number, protocol, operation] of connections) {
          const actual = lookUp(table.value, to, number, protocol, operation);
          const expected = evaluateAddress(policy, operation, { address: to, port: number, protocol });
          const verdict = actual.verdict === 'none' ? 'block' : actual.verdict;
          expect({ to, number, protocol, verdict, rule: actual.rule }).toEqual({
            to,
            number,
            protocol,
            verdict: expected.verdict,
            rule: expected.rule,
          });
          verdicts.set(expected.verdict, (verdicts.get(expected.verdict) ?? 0) + 1);
        }
      },
    ),
    { numRuns: 500, seed: 20260101 },
  );
  for (const verdict of ['allow', 'require_approval', 'block', 'kill'])
    expect(verdicts.get(verdict) ?? 0, verdict).toBeGreaterThan(80);
});

test('what a wider network allows is part of the narrower destination', () => {
  const table = compileDestinations(rulesOf([allow('10.0.0.0/8', 80), allow('10.1.2.3/32', 443)]), COMPILE_LIMITS);
  expect(table.ok && table.value.ranges.map((ranges) => ranges.map(({ rule }) => rule))).toEqual([[1], [1, 2]]);
});

test('all of IPv6 is not IPv4', () => {
  const network = rulesOf([allow('::/0')]);
  const table = compileDestinations(network, COMPILE_LIMITS);
  expect(table.ok && [...table.value.prefixLength]).toEqual([0, 96]);
  expect(table.ok && lookUp(table.value, '10.0.0.1', 443, 'tcp').verdict).toBe('none');
});

test('too many port ranges for one destination name the rules', () => {
  const many = Array.from({ length: MAX_PORT_RANGES }, (_, i) => allow('10.0.0.0/8', 1000 + i * 2));
  expect(compileDestinations(rulesOf(many), COMPILE_LIMITS).ok).toBe(true);
  const refused = compileDestinations(rulesOf([...many, allow('10.1.2.3/32', 22)]), COMPILE_LIMITS);
  expect(!refused.ok && refused.error.code).toBe('too-many-port-ranges');
  expect(!refused.ok && refused.error.rules).toHaveLength(MAX_PORT_RANGES + 1);
  expect(!refused.ok && refused.error.message).toMatch(/the destination 10\.1\.2\.3$/);
});

test('a prefix that is none is refused', () => {
  const refused = compileDestinations(rulesOf([allow('10.0.0.1/8')]), COMPILE_LIMITS);
  expect(!refused.ok && [refused.error.code, refused.error.rules]).toEqual(['bad-destination', [1]]);
});
