import { expect, test } from 'vitest';
import { pathComponents } from './host-path.ts';
import { display } from './pattern/bytes.ts';

test.each([
  ['/', []],
  ['/a', ['a']],
  ['/a/b.c/é', ['a', 'b.c', 'é']],
  ['//a/./b/', ['a', 'b']],
])('%s has the names %j', (path, names) => {
  expect(pathComponents(path).map(display)).toEqual(names);
});

test('bytes that are no UTF-8 stay what they are', () => {
  expect(pathComponents(Uint8Array.from([0x2f, 0xff, 0x2f, 0x80]))).toEqual([Uint8Array.of(0xff), Uint8Array.of(0x80)]);
});

test('a relative path is a mistake of the caller', () => {
  expect(() => pathComponents('a/b')).toThrow();
});
