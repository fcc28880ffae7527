import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { matchPath } from './match-path.ts';
import { escapePattern, parsePattern } from './parse-pattern.ts';

function codeOf(text: string): string {
  const parsed = parsePattern(text);
  return parsed.ok ? 'ok' : parsed.error.code;
}

function matches(pattern: string, path: string): boolean {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .map(utf8);
  return parsed.value.some((one) => matchPath(one, names));
}

test.each([
  ['home/u', 'not-absolute'],
  ['', 'not-absolute'],
  ['~/x', 'not-absolute'],
  ['/a//b', 'empty-component'],
  ['/a/', 'empty-component'],
  ['//', 'empty-component'],
  ['/a/../b', 'dot-component'],
  ['/a/./b', 'dot-component'],
  ['/a/\\.\\.', 'dot-component'],
  ['/{../a,b}', 'dot-component'],
  ['/a/b**', 'bad-double-star'],
  ['/a/***', 'bad-double-star'],
  ['/a/{**,b}c', 'bad-double-star'],
  ['/a[', 'bad-class'],
  ['/a[]', 'bad-class'],
  ['/a[b/c]', 'bad-class'],
  ['/a[z-a]', 'bad-class'],
  ['/a[[:alpha:]]', 'bad-class'],
  ['/a]', 'bad-class'],
  ['/{a}', 'bad-brace'],
  ['/{a,b', 'bad-brace'],
  ['/a}', 'bad-brace'],
  [`/${'{a,'.repeat(9)}b${'}'.repeat(9)}`, 'bad-brace'],
  ['/a\\', 'bad-escape'],
  ['/a\\/b', 'bad-escape'],
  ['/a\0b', 'bad-character'],
  ['/a\ud800b', 'bad-character'],
  ['/@(a|b)', 'extended-glob'],
  ['/!(a)', 'extended-glob'],
  [`/${'a'.repeat(256)}`, 'too-long'],
  [`/*${'é'.repeat(128)}`, 'too-long'],
  [`/${'abc/'.repeat(1024)}x`, 'too-long'],
  ['/a'.repeat(65), 'too-deep'],
  [`/${'{a,b/c}'.repeat(9)}`, 'too-many-alternatives'],
])('%j is refused: %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});

test.each([
  ['/', '/'],
  ['/**', '/'],
  ['/**', '/a/b/c'],
  ['/a/**', '/a'],
  ['/a/**', '/a/b/c'],
  ['/a/**/c', '/a/c'],
  ['/a/**/c', '/a/b/b/c'],
  ['/a/**/**/c', '/a/c'],
  ['/a/*', '/a/.hidden'],
  ['/a/?b', '/a/éb'],
  ['/a/?b', '/a/😀b'],
  ['/a/[!x]', '/a/é'],
  ['/a/[à-ü]', '/a/é'],
  ['/a/[a\\-z]', '/a/-'],
  ['/a/[a-]', '/a/-'],
  ['/a/[a-cb]', '/a/c'],
  ['/{a,b/c}/x', '/b/c/x'],
  ['/a/{b,c{d,e}}f', '/a/cef'],
  ['/a/{,b/}c', '/a/c'],
  ['/a/{,b/}c', '/a/b/c'],
  ['/a/x{,y}', '/a/x'],
  ['/a/\\*', '/a/*'],
  ['/a,b(c)', '/a,b(c)'],
  [`/${'a'.repeat(255)}`, `/${'a'.repeat(255)}`],
  ['/a'.repeat(64), '/a'.repeat(64)],
])('%s matches %s', (pattern, path) => {
  expect(matches(pattern, path)).toBe(true);
});

test.each([
  ['/', '/a'],
  ['/a', '/a/b'],
  ['/a', '/A'],
  ['/a/*', '/a'],
  ['/a/*', '/a/b/c'],
  ['/a/**/c', '/a/b'],
  ['/a/**', '/ab'],
  ['/a/[!x]', '/a/x'],
  ['/a/[a-z]', '/a/-'],
  ['/a/\\*', '/a/b'],
  ['/a/?', '/a/ab'],
])('%s does not match %s', (pattern, path) => {
  expect(matches(pattern, path)).toBe(false);
});

test('an escaped path means itself alone', () => {
  const path = '/home/a*b/[x]{y,z}/q?(r)\\';
  expect(matches(escapePattern(path), path)).toBe(true);
  expect(matches(escapePattern(path), '/home/axb/[x]{y,z}/q?(r)\\')).toBe(false);
});
