import { expect, test } from 'vitest';
import { evaluateRename, type RenameRequest } from './evaluate-rename.ts';
import { loadLocations } from './locations.ts';
import { policyOf } from './testing/generated-policy.ts';
import { type Effect, PATH_OPERATIONS, type PathOperation } from './vocabulary.ts';

function rule(effect: Effect, pattern: string, operations: readonly PathOperation[] = PATH_OPERATIONS) {
  return { effect, operations, pattern };
}

const FILE: RenameRequest = { directory: false, targetExists: false };
const DIRECTORY: RenameRequest = { directory: true, targetExists: false };

test('a file needs delete at its old name and create at its new one', () => {
  const rules = policyOf([rule('allow', '/old/*', ['delete']), rule('allow', '/new/*', ['create'])]);
  expect(evaluateRename(rules, [], '/old/x', '/new/x', FILE).verdict).toBe('allow');
  expect(evaluateRename(rules, [], '/new/x', '/old/x', FILE).reason).toBe('no-rule');
});

test('a name that is taken needs delete as well', () => {
  const rules = policyOf([rule('allow', '/old/*'), rule('allow', '/new/*', ['create'])]);
  expect(evaluateRename(rules, [], '/old/x', '/new/x', { ...FILE, targetExists: true }).reason).toBe('no-rule');
});

test('an exchange needs both at both', () => {
  const rules = policyOf([rule('allow', '/a', ['delete']), rule('allow', '/b', ['create', 'delete'])]);
  expect(evaluateRename(rules, [], '/a', '/b', { ...FILE, targetExists: true }).verdict).toBe('allow');
  expect(evaluateRename(rules, [], '/a', '/b', { ...FILE, targetExists: true, exchange: true }).verdict).toBe('block');
});

const REPOSITORY = policyOf([rule('allow', '/w/**'), rule('block', '/w/.git/hooks/**', ['write', 'create'])]);

test('a directory moves freely where the policy below is the same', () => {
  expect(evaluateRename(REPOSITORY, [], '/w/src/a', '/w/src/b', DIRECTORY).verdict).toBe('allow');
});

test('a directory does not carry files to other rules', () => {
  const refused = { verdict: 'block', reason: 'directory-move', rule: 0 };
  expect(evaluateRename(REPOSITORY, [], '/w/.git', '/w/g', DIRECTORY)).toEqual(refused);
  expect(evaluateRename(REPOSITORY, [], '/w/g', '/w/.git', DIRECTORY)).toEqual(refused);
  expect(evaluateRename(REPOSITORY, [], '/w/.git', '/w/g', FILE).verdict).toBe('allow');
});

test('the strictest verdict below decides about the move', () => {
  const asks = policyOf([rule('allow', '/w/**'), rule('require_approval', '/w/a/x')]);
  expect(evaluateRename(asks, [], '/w/a', '/w/b', DIRECTORY)).toEqual({
    verdict: 'require_approval',
    reason: 'directory-move',
    rule: 0,
  });
  const kills = policyOf([rule('allow', '/w/**'), rule('kill', '/w/a/*/x*')]);
  expect(evaluateRename(kills, [], '/w/b', '/w/a', DIRECTORY).verdict).toBe('kill');
});

test('rules that say the same in other words do not hinder a move', () => {
  const rules = policyOf([
    rule('allow', '/w'),
    rule('allow', '/w/a'),
    rule('allow', '/w/b'),
    rule('allow', '/w/a/{x,y}'),
    rule('allow', '/w/b/x'),
    rule('allow', '/w/b/y', ['read', 'write']),
    rule('allow', '/w/b/[y]'),
    rule('allow', '/w/a/*.c'),
    rule('allow', '/w/b/*.c'),
    rule('allow', '/w/b/**/z.c', []),
  ]);
  expect(evaluateRename(rules, [], '/w/a', '/w/b', DIRECTORY).verdict).toBe('allow');
});

test('a protected location stops the rename', () => {
  const decision = evaluateRename(
    policyOf([rule('allow', '/**')]),
    loadLocations('/home/u'),
    '/home/u/.ssh/id',
    '/tmp/x',
    FILE,
  );
  expect(decision.location).toBe('ssh');
});

test('where a refusal kills, a refused move does', () => {
  const policy = { ...REPOSITORY, onViolation: 'kill' as const };
  expect(evaluateRename(policy, [], '/w/.git', '/w/g', DIRECTORY)).toEqual({
    verdict: 'kill',
    reason: 'directory-move',
    rule: 0,
  });
});
