import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { loadLocations } from './locations.ts';
import { policyOf } from './testing/generated-policy.ts';
import type { Effect } from './vocabulary.ts';

function rule(effect: Effect, pattern: string) {
  return { effect, operations: ['read'] as const, pattern };
}

function read(rules: ReturnType<typeof rule>[], path: string, aliases: string[] = []) {
  return evaluate(policyOf(rules), [], { operation: 'read', path, aliases });
}

test('what nothing declares is refused', () => {
  expect(read([rule('allow', '/a')], '/b')).toEqual({ verdict: 'block', reason: 'no-rule', rule: 0 });
});

test('the strictest rule decides, whatever the order', () => {
  const rules = [
    rule('allow', '/**'),
    rule('require_approval', '/a/**'),
    rule('block', '/a/b/**'),
    rule('kill', '/a/b/c'),
  ];
  expect(['/x', '/a/x', '/a/b/x', '/a/b/c'].map((path) => read(rules, path).rule)).toEqual([1, 2, 3, 4]);
  expect(['/x', '/a/x', '/a/b/x', '/a/b/c'].map((path) => read([...rules].reverse(), path).rule)).toEqual([4, 3, 2, 1]);
});

test('of equals the first is named', () => {
  expect(read([rule('allow', '/x'), rule('allow', '/a'), rule('allow', '/**')], '/a').rule).toBe(2);
});

test('another operation is another question', () => {
  expect(evaluate(policyOf([rule('allow', '/a')]), [], { operation: 'write', path: '/a' }).reason).toBe('no-rule');
});

test('an object with several paths: denied if any is, else asked if any is, else allowed if any is', () => {
  const rules = [rule('allow', '/a/*'), rule('require_approval', '/q/*'), rule('block', '/d/*')];
  expect(read(rules, '/a/x', ['/d/x']).verdict).toBe('block');
  expect(read(rules, '/a/x', ['/q/x']).verdict).toBe('require_approval');
  expect(read(rules, '/a/x', ['/nowhere/x']).verdict).toBe('allow');
});

test('a protected location comes before every rule, with all below it and under every name', () => {
  const policy = policyOf([rule('allow', '/**')]);
  const locations = loadLocations('/home/u');
  const refused = { verdict: 'block', reason: 'location', rule: 0, location: 'ssh' };
  expect(evaluate(policy, locations, { operation: 'read', path: '/home/u/.ssh' })).toEqual(refused);
  expect(evaluate(policy, locations, { operation: 'read', path: '/home/u/.ssh/id' })).toEqual(refused);
  expect(evaluate(policy, locations, { operation: 'read', path: '/srv/id', aliases: ['/home/u/.ssh/id'] })).toEqual(
    refused,
  );
  expect(evaluate(policy, locations, { operation: 'read', path: '/home/u' }).verdict).toBe('allow');
  expect(evaluate(policy, locations, { operation: 'read', path: '/home/u/.sshx' }).verdict).toBe('allow');
  expect(evaluate(policy, locations, { operation: 'read', path: '/opt/ringfence/x' }).verdict).toBe('allow');
});

test('where a refusal kills, every refusal does', () => {
  const policy = {
    ...policyOf([rule('block', '/a'), rule('require_approval', '/b'), rule('allow', '/**')]),
    onViolation: 'kill' as const,
  };
  const verdictOf = (path: string) => evaluate(policy, loadLocations('/home/u'), { operation: 'read', path }).verdict;
  expect(['/a', '/b', '/c', '/home/u/.ssh/x'].map(verdictOf)).toEqual(['kill', 'require_approval', 'allow', 'kill']);
  expect(evaluate(policy, [], { operation: 'exec', path: '/c' })).toEqual({
    verdict: 'kill',
    reason: 'no-rule',
    rule: 0,
  });
});

test('what the kernel cannot walk is refused for that reason', () => {
  const all = [rule('allow', '/**')];
  expect(read(all, '/a'.repeat(64)).verdict).toBe('allow');
  expect(read(all, '/a'.repeat(65)).reason).toBe('too-deep');
  expect(evaluate(policyOf(all), [], { operation: 'read', path: '/a', depth: 65 }).reason).toBe('too-deep');
  expect(read(all, `/${'a'.repeat(255)}`).verdict).toBe('allow');
  expect(read(all, `/${'a'.repeat(256)}`).reason).toBe('name-too-long');
});
