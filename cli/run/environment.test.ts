import { expect, test } from 'vitest';
import { passedEnvironment } from './environment.ts';

const OWN = { TMPDIR: '/tmp/own' };
const ALL = { ...OWN, PATH: '/bin', LC_TIME: 'C', AWS_KEY: 'k', AWS_REGION: 'r', EDITOR: 'vi' };
const passed = (...given: Parameters<typeof passedEnvironment>) => passedEnvironment(...given).environment;

test('a manifest that says nothing of it passes everything', () => {
  expect(passed(ALL, {})).toEqual(ALL);
  expect(passed(ALL, { env: {} })).toEqual(ALL);
});

test('what is passed comes beside what programs cannot do without', () => {
  expect(passed(ALL, { env: { pass: [] } })).toEqual({ ...OWN, PATH: '/bin', LC_TIME: 'C' });
  expect(passed(ALL, { env: { pass: ['AWS_REGION'] } })).toEqual({
    ...OWN,
    PATH: '/bin',
    LC_TIME: 'C',
    AWS_REGION: 'r',
  });
});

test('what is denied wins, by name or by beginning', () => {
  expect(passed(ALL, { env: { deny: ['AWS_*', 'PATH'] } })).toEqual({ ...OWN, LC_TIME: 'C', EDITOR: 'vi' });
  expect(passed(ALL, { env: { pass: ['AWS_*'], deny: ['AWS_KEY'] } })).toEqual({
    ...OWN,
    PATH: '/bin',
    LC_TIME: 'C',
    AWS_REGION: 'r',
  });
});

test.each([undefined, '', 'relative'])('a TMPDIR of %j, which says nothing, is /tmp', (temporary) => {
  const all = { PATH: '/bin', ...(temporary === undefined ? {} : { TMPDIR: temporary }) };
  expect(passed(all, {})).toEqual({ PATH: '/bin', TMPDIR: '/tmp' });
  expect(passed(all, { env: { pass: [] } })).toEqual({ PATH: '/bin', TMPDIR: '/tmp' });
  expect(passed(all, { env: { deny: ['TMPDIR'] } })).toEqual({ PATH: '/bin' });
});

const STEERING = [
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GCONV_PATH', 'NODE_OPTIONS', 'BASH_ENV', 'ENV', 'PYTHONSTARTUP'],
  ...[
    'GIT_SSH',
    'GIT_SSH_COMMAND',
    'GIT_SSH_VARIANT',
    'GIT_CONFIG_COUNT',
    'GIT_EXEC_PATH',
    'SSH_ASKPASS',
    'OPENSSL_CONF',
  ],
];

test.each(STEERING)('%s is passed by its name alone', (name) => {
  const all = { ...ALL, [name]: 'x' };
  expect(passedEnvironment(all, {})).toEqual({ environment: ALL, steering: [name] });
  expect(passed(all, { env: { pass: ['*', `${name.slice(0, 3)}*`] } })).toEqual(ALL);
  expect(passed(all, { env: { pass: [name] } })).toEqual({ ...OWN, PATH: '/bin', LC_TIME: 'C', [name]: 'x' });
  expect(passed(all, { env: { pass: [name], deny: [name] } })).toEqual({ ...OWN, PATH: '/bin', LC_TIME: 'C' });
});

test('what is not passed in any case is not told of', () => {
  const all = { ...ALL, NODE_OPTIONS: 'x' };
  expect(passedEnvironment(all, { env: { pass: [] } }).steering).toEqual([]);
  expect(passedEnvironment(all, { env: { deny: ['NODE_*'] } }).steering).toEqual([]);
});

test('ordinary ones are not taken for these', () => {
  const all = {
    ...OWN,
    EDITOR: 'vi',
    PAGER: 'less',
    LDFLAGS: '-s',
    GITHUB_TOKEN: 't',
    ENVIRONMENT: 'test',
    PYTHONUNBUFFERED: '1',
  };
  expect(passed(all, {})).toEqual(all);
});
