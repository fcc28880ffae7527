import { expect, test } from 'vitest';
import { PLACED_LOCATIONS } from '../../../core/policy/catalogue.ts';
import { utf8 } from '../../../core/policy/pattern/bytes.ts';
import { matchPath } from '../../../core/policy/pattern/match-path.ts';
import { parsedPatterns } from '../../../core/policy/pattern/parsed-patterns.ts';
import { samplePaths } from './sample-paths.ts';

test('alternatives, wildcards and depths', () => {
  expect(samplePaths('/h/.aws/{sso,cli}/cache/**')).toEqual([
    '/h/.aws/sso/cache/leaf',
    '/h/.aws/sso/cache/folder/leaf',
    '/h/.aws/cli/cache/leaf',
  ]);
  expect(samplePaths('/h/**/*.pem')).toEqual(['/h/sample.pem', '/h/folder/sample.pem']);
  expect(samplePaths('/h/.env.[!e]*')).toEqual(['/h/.env.asample']);
});

test('every path of the catalogue is matched by the pattern that it was made from', () => {
  for (const { paths, name } of PLACED_LOCATIONS) {
    for (const path of paths.filter((one) => one.startsWith('~'))) {
      const pattern = path.replace('~', '/home/dev');
      const samples = samplePaths(pattern);
      expect(samples.length, name).toBeGreaterThan(0);
      for (const sample of samples) {
        const names = sample.slice(1).split('/').map(utf8);
        expect(
          parsedPatterns(pattern).some((one) => matchPath(one, names)),
          sample,
        ).toBe(true);
      }
    }
  }
});
