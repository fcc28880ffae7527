import { expect, test } from 'vitest';
import { passedEnvironment } from './environment.ts';

const ALL = { PATH: '/bin', LC_TIME: 'C', AWS_KEY: 'k', AWS_REGION: 'r', EDITOR: 'vi' };

test('a manifest that says nothing of it passes everything', () => {
  expect(passedEnvironment(ALL, {})).toEqual(ALL);
  expect(passedEnvironment(ALL, { env: {} })).toEqual(ALL);
});

test('what is passed comes beside what programs cannot do without', () => {
  expect(passedEnvironment(ALL, { env: { pass: [] } })).toEqual({ PATH: '/bin', LC_TIME: 'C' });
  expect(passedEnvironment(ALL, { env: { pass: ['AWS_REGION'] } })).toEqual({
    PATH: '/bin',
    LC_TIME: 'C',
    AWS_REGION: 'r',
  });
});

test('what is denied wins, by name or by beginning', () => {
  expect(passedEnvironment(ALL, { env: { deny: ['AWS_*', 'PATH'] } })).toEqual({ LC_TIME: 'C', EDITOR: 'vi' });
  expect(passedEnvironment(ALL, { env: { pass: ['AWS_*'], deny: ['AWS_KEY'] } })).toEqual({
    PATH: '/bin',
    LC_TIME: 'C',
    AWS_REGION: 'r',
  });
});
