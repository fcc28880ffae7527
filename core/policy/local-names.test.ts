import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateLocalName } from './evaluate.ts';
import { compileLocalNames, lookUpName } from './local-names.ts';
import { utf8 } from './pattern/bytes.ts';
import { type LocalNameRule, NO_LIMITS, type Policy, REFUSE_UNDECLARED, ruleId } from './rule.ts';
import { verdictCode } from './vocabulary.ts';

function policyOf(rules: readonly Pick<LocalNameRule, 'effect' | 'name' | 'isPrefix'>[]): Policy {
  const origin = { source: 'manifest', pointer: '', text: '' } as const;
  const localNames = rules.map((rule, index) => ({ ...rule, id: ruleId(index + 1), origin }));
  const rest = { onViolation: 'block', undeclared: REFUSE_UNDECLARED, limits: NO_LIMITS, warnings: [] } as const;
  return { paths: [], network: [], names: [], resolvers: [], localNames, ...rest };
}

const name = fc
  .array(fc.constantFrom(0, 0x61, 0x62, 0x2a, 0xff), { minLength: 1, maxLength: 5 })
  .map((bytes) => Uint8Array.from(bytes));
const rule = fc.record({
  effect: fc.constantFrom('allow', 'require_approval', 'block', 'kill'),
  name,
  isPrefix: fc.boolean(),
});

test('the table says what the rules say, of every name', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), fc.array(name, { minLength: 1, maxLength: 20 }), (rules, names) => {
      const policy = policyOf(rules);
      const table = compileLocalNames(policy.localNames ?? []);
      for (const asked of names) {
        const { verdict, reason, rule: own } = evaluateLocalName(policy, asked);
        const found = lookUpName(table, asked);
        expect(found.rule).toBe(own);
        expect(found.verdict).toBe(reason === 'no-rule' ? 0 : verdictCode(verdict));
      }
    }),
  );
});

test('a name is granted byte by byte', () => {
  const policy = policyOf([{ effect: 'allow', name: utf8('bus'), isPrefix: false }]);
  const said = (text: string) => evaluateLocalName(policy, utf8(text)).verdict;
  expect(said('bus')).toBe('allow');
  for (const other of ['bu', 'busy', 'bus\0', 'bus\0x', 'Bus', '\0bus', '']) expect(said(other)).toBe('block');
});

test('a refused name is refused among those that begin alike', () => {
  const policy = policyOf([
    { effect: 'allow', name: utf8('/tmp/'), isPrefix: true },
    { effect: 'block', name: utf8('/tmp/.X11-unix/'), isPrefix: true },
  ]);
  expect(evaluateLocalName(policy, utf8('/tmp/x')).verdict).toBe('allow');
  expect(evaluateLocalName(policy, utf8('/tmp/.X11-unix/X0'))).toEqual({ verdict: 'block', reason: 'rule', rule: 2 });
});
