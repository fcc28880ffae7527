import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversName, parseNamePattern, type WireName } from '../names/host-name.ts';
import { evaluateAddress } from './evaluate.ts';
import { compileNames, ROUTE_PORTS } from './host-tables.ts';
import { COMPILE_LIMITS, MAX_PORT_RANGES } from './limits.ts';
import { type NameRule, type Policy, ruleId } from './rule.ts';
import type { NameTables } from './tables.ts';
import { originOf, policyOf } from './testing/generated-policy.ts';
import { PROTOCOL_NUMBERS, verdictOf } from './vocabulary.ts';

type Content = Pick<NameRule, 'effect' | 'name' | 'ports' | 'protocol'>;

function rulesOf(contents: readonly Content[]): NameRule[] {
  return contents.map((content, index) => {
    const id = ruleId(index + 1);
    return { ...content, id, origin: originOf(content.name, id) };
  });
}

/** The kernel's own way: the name itself, else its longest ending; then the first range that fits, the strictest of all names. */
function lookUp({ patterns, hosts }: NameTables, names: readonly string[], port: number, protocol: 'tcp' | 'udp') {
  const found = names.flatMap((text) => {
    const host = hosts[hostOf(patterns, parseNamePattern(text).name) - 1];
    const range = host?.ranges.find(
      ({ low, high, protocol: own }) =>
        low <= port && port <= high && (own === 0 || own === PROTOCOL_NUMBERS[protocol]),
    );
    return range ?? [];
  });
  const [first] = [...found].sort((a, b) => b.verdict - a.verdict || a.rule - b.rule);
  return { verdict: verdictOf(first?.verdict ?? 0), rule: first?.rule ?? 0 };
}

function hostOf(patterns: NameTables['patterns'], name: WireName): number {
  const exact = patterns.find((pattern) => !pattern.ending && coversName(pattern, { name, ending: false }));
  if (exact !== undefined) return exact.host;
  const endings = patterns.filter((pattern) => pattern.ending && coversName(pattern, { name, ending: false }));
  return endings.sort((a, b) => b.name.length - a.name.length)[0]?.host ?? 0;
}

const port = fc.constantFrom(0, 1, 80, 443, 65_535);
const content: fc.Arbitrary<Content> = fc.record({
  effect: fc.constantFrom('allow', 'allow', 'require_approval', 'block', 'kill'),
  name: fc.constantFrom('a.example', '*.a.example', 'b.a.example', '*.b.a.example', 'c.b.a.example', 'x.example'),
  ports: fc.tuple(port, port).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
  protocol: fc.constantFrom('any', 'tcp', 'udp'),
});
const name = fc.constantFrom('a.example', 'b.a.example', 'c.b.a.example', 'd.c.b.a.example', 'x.example', 'xa.example');

test('the tables of hosts say what the rules say', () => {
  const verdicts = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 8 }),
      fc.array(fc.tuple(fc.array(name, { maxLength: 3 }), port, fc.constantFrom('tcp', 'udp')), {
        minLength: 10,
        maxLength: 10,
      }),
      (contents, connections) => {
        const policy: Policy = { ...policyOf([]), names: rulesOf(contents) };
        const tables = compileNames(policy, COMPILE_LIMITS);
        if (!tables.ok) throw new Error(tables.error.message);
        for (const [current, number, protocol] of connections) {
          const request = { address: '203.0.113.1', port: number, protocol, names: { current, expired: [] } };
          const expected = evaluateAddress(policy, 'connect', request);
          const actual = lookUp(tables.value, current, number, protocol);
          const verdict = actual.verdict === 'none' ? 'block' : actual.verdict;
          expect({ request, verdict, rule: actual.rule }).toEqual({
            request,
            verdict: expected.verdict,
            rule: expected.rule,
          });
          verdicts.set(expected.verdict, (verdicts.get(expected.verdict) ?? 0) + 1);
        }
      },
    ),
    { numRuns: 500, seed: 20260106 },
  );
  for (const verdict of ['allow', 'require_approval', 'block', 'kill'])
    expect(verdicts.get(verdict) ?? 0, verdict).toBeGreaterThan(80);
});

test('too many port ranges for one name, and too many names, name the rules', () => {
  const at = (index: number): Content => {
    const low = 1000 + index * 2;
    return { effect: 'allow', name: 'a.example', ports: { low, high: low }, protocol: 'any' };
  };
  const many = Array.from({ length: MAX_PORT_RANGES - ROUTE_PORTS.length + 1 }, (_, index) => at(index));
  const policy = (contents: readonly Content[]) => ({ names: rulesOf(contents), resolvers: [] });
  expect(compileNames(policy(many.slice(1)), COMPILE_LIMITS).ok).toBe(true);
  const refused = compileNames(policy(many), COMPILE_LIMITS);
  expect(!refused.ok && [refused.error.code, refused.error.rules.length]).toEqual([
    'too-many-port-ranges',
    many.length,
  ]);
  const two = [at(0), { ...at(0), name: 'b.example' }];
  const tooMany = compileNames(policy(two), { ...COMPILE_LIMITS, names: 1 });
  expect(!tooMany.ok && [tooMany.error.code, tooMany.error.rules]).toEqual(['too-many-destinations', [2]]);
});

test('what a name may lead to goes with it, and whose answers count', () => {
  const names = rulesOf([
    { effect: 'allow', name: 'nas.local', ports: { low: 1, high: 1 }, protocol: 'any' },
    { effect: 'allow', name: 'a.example', ports: { low: 1, high: 1 }, protocol: 'any' },
  ]);
  const tables = compileNames({ names, resolvers: ['127.0.0.53', '2001:db8::1'] }, COMPILE_LIMITS);
  if (!tables.ok) throw new Error(tables.error.message);
  expect(tables.value.hosts.map(({ scopes }) => scopes)).toEqual([['public', 'private'], ['public']]);
  expect(tables.value.resolvers).toHaveLength(32);
});
