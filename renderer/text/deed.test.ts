import { expect, test } from 'vitest';
import { deedOf, endpoint, objectOf, programName } from './deed.ts';

test.each([
  [{ operation: 'read', call: 'open', path: '/a' }, 'read a file'],
  [{ operation: 'write', operations: ['read', 'write'], call: 'open', path: '/a' }, 'read and write a file'],
  [{ operation: 'write', operations: ['delete', 'create'], call: 'rename', path: '/a' }, 'move or rename a file'],
  [{ operation: 'delete', call: 'rmdir', path: '/a' }, 'delete a folder'],
  [{ operation: 'exec', call: 'exec', path: '/a' }, 'start a program'],
  [{ operation: 'connect', call: 'connect', path: null }, 'connect to the network'],
  [{ operation: 'connect', call: 'connect', path: '/run/x.sock' }, 'connect to a service on this machine'],
  [{ operation: 'connect', call: 'send', path: null }, 'send to the network'],
  [{ operation: 'read', call: 'constructor', path: '/a' }, 'read a file'],
] as const)('%j is to %s', (asked, words) => {
  expect(deedOf(asked)).toBe(words);
});

test('addresses', () => {
  expect(endpoint('192.0.2.1', 443)).toBe('192.0.2.1:443');
  expect(endpoint('2001:db8::1', 443)).toBe('[2001:db8::1]:443');
  expect(endpoint('2001:db8::1', null)).toBe('[2001:db8::1]');
  expect(objectOf({ path: '/a', address: '192.0.2.1', port: 1 })).toBe('/a');
  expect(objectOf({ path: null, address: null, port: null })).toBe('');
});

test('a program is called by the last name of its path', () => {
  expect(programName('/usr/bin/cat')).toBe('cat');
  expect(programName(null)).toBeNull();
  expect(programName('/')).toBeNull();
});
