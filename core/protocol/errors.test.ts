import { expect, test } from 'vitest';
import { ERRORS, fromWireError, protocolError, toWireError } from './errors.ts';

test('an error survives the wire', () => {
  const error = protocolError('manifest-refused', 'not bound', {
    remedy: 'sign it',
    refusals: [{ code: 'unsigned', message: 'no signature', pointer: 'signature' }],
  });
  expect(toWireError(error).code).toBe(10);
  expect(fromWireError(toWireError(error))).toEqual(error);
});

test('an error of unknown kind keeps its message', () => {
  expect(fromWireError({ message: 'odd', data: { code: 'from-the-future' } })).toEqual({
    code: 'internal-error',
    message: 'odd',
  });
  expect(fromWireError({ message: 'bare' }).message).toBe('bare');
});

test('no two errors share a number', () => {
  expect(new Set(Object.values(ERRORS)).size).toBe(Object.keys(ERRORS).length);
});
