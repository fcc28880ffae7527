import { expect, test } from 'vitest';
import { ALL_CASES, chosenCases, readCase } from './case.ts';

test('what a case says in its first lines', () => {
  const text =
    '# needs: git ssh\n# form: long\n# asks: read ~/.ssh/key -- as documented\n# refused: read ~/.netrc -- probed\necho\n';
  expect(readCase('push', text)).toEqual({
    ...{ name: 'push', needs: ['git', 'ssh'], isLong: true },
    asks: [{ operation: 'read', object: '~/.ssh/key', why: 'as documented' }],
    refused: [{ operation: 'read', object: '~/.netrc', why: 'probed' }],
  });
});

test.each(['# form: short', '# asks: read ~/.ssh/key', '# refused: ~/.netrc -- probed'])(
  '%s is no such line',
  (line) => {
    expect(() => readCase('bad', `${line}\n`)).toThrow('bad: ');
  },
);

test('both kernels together run every case of the short form once', () => {
  const names = (share: 'all' | 'even' | 'odd') => chosenCases({ full: false, share }).map(({ name }) => name);
  const short = ALL_CASES.filter(({ isLong }) => !isLong).map(({ name }) => name);
  expect([...names('even'), ...names('odd')].sort()).toEqual(short);
  expect(names('all')).toEqual(short);
  expect(chosenCases({ full: true, share: 'odd' })).toHaveLength(ALL_CASES.length);
});
