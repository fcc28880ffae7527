import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { COMPILE_LIMITS } from './limits.ts';
import { policyOf } from './testing/generated-policy.ts';

const LETTERS = [...'abcdefghijklmnop'];
const HARMLESS = ['/x/y', '/home/u/**', '/srv/*.c'];

/** Families that a deterministic automaton can only follow by remembering ever more. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  'a name so many names before the end': [`/**/a${'/*'.repeat(30)}`],
  'a character so many characters before the end': [`/q/*a${'?'.repeat(60)}`],
  'names in any order': LETTERS.map((one) => `/**/${one}/**/end-${one}`),
  'pieces of names in any order': LETTERS.map((one) => `/q/*${one}*${one}*`),
  'pieces of names in any order, at any depth': LETTERS.map((one) => `/**/a*b*${one}*`),
  'classes that overlap, at any depth': LETTERS.map((one) => `/**/*[a-${one}]${'?'.repeat(12)}`),
  'choices of choices': [`/q/${'{a*,b?}'.repeat(24)}${'?'.repeat(24)}`],
  'many rules that each stay alive': LETTERS.flatMap((one) => LETTERS.map((two) => `/**/${one}*/**/${two}*/**/z`)),
};

test.each(Object.entries(FAMILIES))('%s: refused with the rules that do it, in bounded time', (_, family) => {
  const patterns = [...HARMLESS, ...family];
  const policy = policyOf(patterns.map((pattern) => ({ effect: 'allow', operations: ['read'], pattern })));
  const started = performance.now();
  const tables = compile(policy, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  expect(performance.now() - started).toBeLessThan(10_000);
  if (tables.ok) throw new Error('it compiles: no blow-up');
  expect(['too-many-states', 'too-many-edges', 'too-many-rows', 'too-much-work']).toContain(tables.error.code);
  expect(tables.error.rules.length).toBeGreaterThan(0);
  for (const rule of tables.error.rules) expect(rule).toBeGreaterThan(HARMLESS.length);
  expect(tables.error.message).toContain(policy.paths[(tables.error.rules[0] as number) - 1]?.pattern);
});

test.each(Object.entries(FAMILIES))('%s: a tenth of the steps is a tenth of the work', (_, family) => {
  const policy = policyOf(family.map((pattern) => ({ effect: 'allow', operations: ['read'], pattern })));
  const limits = { ...COMPILE_LIMITS, steps: COMPILE_LIMITS.steps / 10 };
  const started = performance.now();
  expect(compile(policy, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }], limits).ok).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
