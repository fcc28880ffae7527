/** Policies that use every word of the language, with patterns that lie near each other. */
import fc from 'fast-check';
import {
  type NameRule,
  type NetworkRule,
  NO_LIMITS,
  type PathRule,
  type Policy,
  ruleId,
} from '../../core/policy/rule.ts';
import { originOf } from '../../core/policy/testing/generated-policy.ts';
import { type Effect, OPERATIONS, type Operation, PATH_OPERATIONS } from '../../core/policy/vocabulary.ts';

/** Each splits port ranges of one name, which has room for a few. */
const MOST_NAME_RULES = 4;

/** What of the language a history may use. */
export type Language = {
  readonly undeclared: boolean;
  readonly limits: boolean;
  readonly listen: boolean;
  /** Connecting to a socket that has a path. */
  readonly unixConnect: boolean;
  /** Whether answers of name servers come and grow old while a history goes on, or are all there before it and hold. */
  readonly names: 'over time' | 'at first';
  /** That a session has when it begins. */
  readonly processesAtStart: number;
};

export const WHOLE_LANGUAGE: Language = {
  undeclared: true,
  limits: true,
  listen: true,
  unixConnect: true,
  names: 'over time',
  processesAtStart: 1,
};

/** Names that rules speak of, and that files are called. */
export const NAMES = ['a', 'b', 'ab', 'aB', 'abc', 'b.c', 'é', '.a', 'a1', 'A', 'x', 'a*', '[b]'] as const;

/** Names and endings in rules: within each other, beside each other, and such as may lead to private addresses or to this machine. */
const RULE_NAMES = [
  ...['api.example.com', '*.example.com', 'b.c.example.com', '*.c.example.com', '*.example.org'],
  ...['db.corp.internal', '*.corp.internal', 'app.site.localhost', '*.site.localhost'],
] as const;

const NAME_PATTERNS = [
  ...['*', '?', 'a*', '*b', 'a?', '??', '*.c', '*b*', '.*'],
  ...['[ab]', '[!a]*', '[a-c]b', '[^.]*', 'a[0-9]', '[à-ü]', '[ab]?[!x]'],
  ...['{a,b}', '{a*,b.c}', 'a{,b}c', '{a,b{c,.c}}', '{[ab],x?}'],
  ...['a\\*', '\\[b\\]', '\\a'],
];

const component = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<string>('a', 'b', 'ab', 'aB', 'abc', 'b.c', 'é', '.a', 'a1', 'A', 'x') },
  { weight: 4, arbitrary: fc.constantFrom(...NAME_PATTERNS) },
  { weight: 2, arbitrary: fc.constant('**') },
);

const pattern = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.array(component, { minLength: 1, maxLength: 4, size: 'max' }).map((names) => `/${names.join('/')}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('/**', '/{a,b/c}/**', '/a/{b,**/x}', '/{a,b}/{a/b,x}') },
);

const effect: fc.Arbitrary<Effect> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Effect>('allow') },
  { weight: 4, arbitrary: fc.constant<Effect>('require_approval') },
  { weight: 6, arbitrary: fc.constant<Effect>('block') },
  { weight: 7, arbitrary: fc.constant<Effect>('kill') },
);

const operations = fc.oneof(
  { weight: 2, arbitrary: fc.constant([...PATH_OPERATIONS]) },
  { weight: 2, arbitrary: fc.subarray([...PATH_OPERATIONS], { minLength: 1 }) },
);

const PREFIXES = [
  ...['0.0.0.0/0', '127.0.0.0/8', '10.0.0.0/8', '127.64.0.0/10', '10.1.0.0/16', '192.0.2.0/24', '127.0.0.2/31'],
  ...['127.0.0.1/32', '192.0.2.7/32', '::/0', '2001:db8::/32', '2001:db8:1::/48', '2001:db8:1::/64', '::/64'],
  ...['2001:db8:1::8/125', '::1/128', '2001:db8:1::9/128'],
] as const;

const ports = fc.constantFrom(
  { low: 1, high: 65_535 },
  { low: 0, high: 65_535 },
  { low: 1080, high: 1080 },
  { low: 1000, high: 2000 },
  { low: 2000, high: 2001 },
);

const networkRule = fc.record({
  effect,
  operation: fc.constantFrom('connect', 'connect', 'listen' as const),
  prefix: fc.constantFrom(...PREFIXES),
  ports,
  protocol: fc.constantFrom('any', 'udp', 'tcp' as const),
});

const nameRule = fc.record({
  effect,
  name: fc.constantFrom(...RULE_NAMES),
  ports,
  protocol: fc.constantFrom('any', 'udp', 'tcp' as const),
});

const undeclared = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ asks: [], audits: [] }) },
  {
    weight: 3,
    // each operation is refused, asked about or audited
    arbitrary: fc
      .array(fc.nat(3), { minLength: OPERATIONS.length, maxLength: OPERATIONS.length })
      .map((answers) => ({ asks: operationsWith(answers, [1, 2]), audits: operationsWith(answers, [3]) })),
  },
);

function operationsWith(answers: readonly number[], wanted: readonly number[]): Operation[] {
  return OPERATIONS.filter((_, index) => wanted.includes(answers[index] ?? 0));
}

const limit = (values: readonly number[]) => fc.option(fc.constantFrom(...values), { freq: 3 });
const limitsFor = (processesAtStart: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(NO_LIMITS) },
    {
      weight: 1,
      arbitrary: fc.record({
        deletionsPerMinute: limit([1, 2, 3]),
        processes: limit([0, 1, 2].map((more) => processesAtStart + more)),
        bytesSent: limit([1, 100, 1000]),
      }),
    },
  );

/** Policies whose paths lie below one of these places: a host path, or nothing for the root. */
export function policyIn(places: readonly string[], language: Language): fc.Arbitrary<Policy> {
  return fc
    .record({
      paths: fc.array(fc.record({ effect, operations, pattern, silent: fc.boolean(), place: fc.nat(9) }), {
        minLength: 1,
        maxLength: 7,
        size: 'max',
      }),
      network: fc.array(networkRule, { maxLength: 6, size: 'max' }),
      names: fc.array(nameRule, { maxLength: MOST_NAME_RULES, size: 'max' }),
      opening: fc.constantFrom<'open' | 'silent' | 'asking' | 'closed'>('open', 'silent', 'asking', 'closed'),
      onViolation: fc.constantFrom<Policy['onViolation']>('block', 'block', 'block', 'block', 'block', 'block', 'kill'),
      undeclared: language.undeclared ? undeclared : fc.constant({ asks: [], audits: [] }),
      limits: language.limits ? limitsFor(language.processesAtStart) : fc.constant(NO_LIMITS),
    })
    .map(({ paths, network, names, opening, ...rest }) => {
      const rules = paths.map(({ place, ...rule }) => ({
        ...rule,
        pattern: below(places[place % places.length], rule.pattern),
      }));
      const opened = opening === 'closed' ? rules : [...rules, ...places.map((place) => openingOf(place, opening))];
      const spoken = language.listen ? network : network.filter(({ operation }) => operation === 'connect');
      return {
        paths: opened.map((rule, index): PathRule => {
          const id = ruleId(index + 1);
          return { ...rule, id, origin: originOf(rule.pattern, id) };
        }),
        network: spoken.map((rule, index): NetworkRule => {
          const id = ruleId(opened.length + index + 1);
          return { ...rule, id, origin: originOf(rule.prefix, id) };
        }),
        names: names.map((rule, index): NameRule => {
          const id = ruleId(opened.length + spoken.length + index + 1);
          return { ...rule, id, origin: originOf(rule.name, id) };
        }),
        resolvers: [],
        ...rest,
        warnings: [],
      };
    });
}

function below(place: string | undefined, text: string): string {
  return `${place ?? ''}${text}`;
}

/** So that what other rules forbid stands out against what is allowed. */
function openingOf(place: string, opening: 'open' | 'silent' | 'asking'): Omit<PathRule, 'id' | 'origin'> {
  return {
    effect: opening === 'asking' ? 'require_approval' : 'allow',
    operations: [...PATH_OPERATIONS],
    pattern: `${place}/**`,
    silent: opening === 'silent',
  };
}
