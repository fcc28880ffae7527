import { expect, test } from 'vitest';
import { parseGuestArguments } from './arguments.ts';

test('what follows -- is the command, whatever it looks like', () => {
  const words = ['--kernel', '6.1', '--share', 'd', '--json', 'o', '--root', '--', 'ls', '--kernel', '--'];
  expect(parseGuestArguments(words)).toMatchObject({
    kind: 'run',
    plan: {
      kernel: '6.1',
      command: ['ls', '--kernel', '--'],
      user: 'root',
      share: 'd',
      json: 'o',
      timeoutSeconds: 600,
    },
  });
});

test('without a command: a shell for dev on 6.12, for as long as a person likes', () => {
  expect(parseGuestArguments([])).toMatchObject({
    kind: 'run',
    plan: { kernel: '6.12', profile: 'fast', command: null, user: 'dev', product: 'running', timeoutSeconds: 86_400 },
  });
});

test.each([
  [['--kernel', '5.15'], /no kernel '5.15'/],
  [['--timeout', '0'], /--timeout/],
  [['--timeout', 'soon'], /--timeout/],
  [['--time', 'x'], /--time/],
  [['--profile', 'server'], /--profile/],
  [['--nonsense'], /--nonsense/],
  [['ls'], /ls/],
  [['--share'], /share/],
])('%j is refused', (words, message) => {
  expect(parseGuestArguments(words)).toMatchObject({ kind: 'wrong', message: expect.stringMatching(message) });
});
