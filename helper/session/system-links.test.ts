import { realpathSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SystemLinks } from './system-links.ts';

test('programs that are links lead to the objects that run', () => {
  const links = new SystemLinks().get();
  expect(links.get('/bin/sh')).toBe(realpathSync('/bin/sh'));
  for (const [path, real] of links) expect(realpathSync(path)).toBe(real);
});

test('what is no link is not listed', () => {
  const links = new SystemLinks().get();
  expect(links.has(realpathSync('/bin/sh'))).toBe(false);
});
