/** Generators for tests: small worlds in which patterns, paths and mounts meet often and miss narrowly. */
import fc from 'fast-check';
import { NO_LIMITS, type PathRule, type Policy, REFUSE_UNDECLARED, type RuleId, ruleId } from '../rule.ts';
import type { Mount } from '../tables.ts';
import { type Effect, PATH_OPERATIONS } from '../vocabulary.ts';

const NAMES = ['a', 'b', 'ab', 'aB', 'abc', 'b.c', 'é', '.a', 'a1', 'A', 'x'] as const;

/** A name that rules tend to speak of, or one a step beside it. */
export const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.stringMatching(/^[ab.c1é]{1,4}$/).filter((text) => !/^\.{1,2}$/.test(text)) },
);

const NAME_PATTERNS = [
  '*',
  '?',
  'a*',
  '*b',
  'a?',
  '*.c',
  '[ab]',
  '[!a]*',
  '[a-c]b',
  '{a,b}',
  '{a*,b.c}',
  'a{,b}c',
  '*b*',
  '[^.]*',
];

const namePattern = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<string>(...NAMES) },
  { weight: 3, arbitrary: fc.constantFrom(...NAME_PATTERNS) },
  { weight: 2, arbitrary: fc.constant('**') },
);

export const pattern = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(namePattern, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('/', '/**', '/{a,b/c}/**', '/a/{b,**/x}') },
);

const effect: fc.Arbitrary<Effect> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Effect>('allow') },
  { weight: 4, arbitrary: fc.constant<Effect>('require_approval') },
  { weight: 2, arbitrary: fc.constant<Effect>('block') },
  { weight: 3, arbitrary: fc.constant<Effect>('kill') },
);

const operations = fc.oneof(
  { weight: 2, arbitrary: fc.constant([...PATH_OPERATIONS]) },
  { weight: 1, arbitrary: fc.subarray([...PATH_OPERATIONS], { minLength: 1 }) },
);

/** A policy of path rules alone. */
export const policy: fc.Arbitrary<Policy> = fc
  .array(fc.record({ effect, operations, pattern, silent: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((rules) => policyOf(rules));

/** Names that a rule's pattern means, one choice of `filler` for each wildcard. */
export function instanceOf(text: string, filler: readonly string[]): string[] {
  return text.split('/').flatMap((part, i) => {
    if (part === '') return [];
    const other = filler[i % filler.length] as string;
    if (part === '**') return i % 2 === 0 ? [] : [other];
    return /[*?[{]/.test(part) ? [other] : [part];
  });
}

type RuleContent = Pick<PathRule, 'effect' | 'operations' | 'pattern'> & { silent?: boolean };

export function policyOf(rules: readonly RuleContent[]): Policy {
  return {
    paths: rules.map((rule, index) => ({
      silent: false,
      ...rule,
      id: ruleId(index + 1),
      origin: originOf(rule.pattern, ruleId(index + 1)),
    })),
    network: [],
    names: [],
    resolvers: [],
    onViolation: 'block',
    undeclared: REFUSE_UNDECLARED,
    limits: NO_LIMITS,
    warnings: [],
  };
}

export function originOf(text: string, id: RuleId): PathRule['origin'] {
  return { source: 'user', pointer: `rules[${id - 1}]`, text };
}

/** Names below some root. */
export const names = fc.array(name, { maxLength: 5 });

const place = fc.array(fc.constantFrom('a', 'b', 'ab', 'x'), { maxLength: 2 }).map((parts) => `/${parts.join('/')}`);

/** Mounts of one filesystem, its own root at `/` mostly among them. */
export const mounts: fc.Arbitrary<Mount[]> = fc
  .array(fc.record({ root: place, mountpoint: place }), { maxLength: 2 })
  .chain((binds) =>
    fc.nat(5).map((dice) => (dice > 0 || binds.length === 0 ? [{ root: '/', mountpoint: '/' }, ...binds] : binds)),
  )
  .map((all) => all.map((mount) => ({ ...mount, device: 7, type: 'ext4' })));

/** The host paths that an object has, by its names from the root of the filesystem. */
export function hostPathsOf(filesystemNames: readonly string[], shown: readonly Mount[]): string[] {
  const path = filesystemNames.map((one) => `/${one}`).join('');
  return shown.flatMap(({ root, mountpoint }) => {
    const prefix = root === '/' ? '' : root;
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return [];
    return [(mountpoint === '/' ? '' : mountpoint) + path.slice(prefix.length) || '/'];
  });
}
