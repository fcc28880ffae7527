import { expect, test } from 'vitest';
import { fixedBeginning } from './fixed-beginning.ts';

test.each([
  ['/usr/bin/python3', '/usr/bin/python3', ''],
  ['/usr/bin/*', '/usr/bin', '/*'],
  ['/a/{b,c/d}/e', '/a', '/{b,c/d}/e'],
  ['/**/x', '/', '/**/x'],
  ['/', '/', ''],
  ['/a\\*b/c?/d', '/a*b', '/c?/d'],
])('%s begins with %s', (pattern, path, rest) => {
  expect(fixedBeginning(pattern)).toEqual({ path, rest });
});
