import { expect, test } from 'vitest';
import data from './steering-variables.json' with { type: 'json' };
import { fitsVariable, isSteering, steeringVariablesSchema } from './steering-variables.ts';

test('the data file has its shape, and no name twice', () => {
  const names = steeringVariablesSchema.parse(data).variables.flatMap((group) => group.names);
  expect(new Set(names).size).toBe(names.length);
});

test('names are exact, but for a star at the end', () => {
  expect(fitsVariable('GIT_SSH_COMMAND', 'GIT_SSH_*')).toBe(true);
  expect(fitsVariable('GIT_SSH', 'GIT_SSH_*')).toBe(false);
  expect(fitsVariable('ENV', 'ENV')).toBe(true);
  expect(fitsVariable('ENVIRONMENT', 'ENV')).toBe(false);
});

test('what programs need to be themselves is not among them', () => {
  for (const name of ['PATH', 'HOME', 'TERM', 'LANG', 'TMPDIR', 'SSH_AUTH_SOCK', 'EDITOR', 'HTTPS_PROXY']) {
    expect(`${name} ${isSteering(name)}`).toBe(`${name} false`);
  }
});
