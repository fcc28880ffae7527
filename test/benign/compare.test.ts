import { describe, expect, it } from 'vitest';
import { differences } from './compare.ts';
import type { Snapshot } from './snapshot.ts';

const run = (more: Partial<Snapshot> = {}): Snapshot => ({
  ...{ status: '0', output: 'one\ntwo\n', errors: '', tree: new Map([['a', 'file 644 abc']]), time: null },
  ...more,
});

describe('the comparison of everyday work', () => {
  it('calls equal runs the same', () => {
    expect(differences(run(), run())).toEqual([]);
  });

  it.each([
    ['the status', { status: '1' }, 'status 0 became 1'],
    ['an end that never came', { status: '' }, 'status 0 became none'],
    ['the output', { output: 'one\nthree\n' }, 'output: "two" became "three"'],
    ['shorter output', { output: 'one\ntwo' }, 'output: ends after 2 lines of 3'],
    ['errors', { errors: 'EPERM' }, 'errors: "" became "EPERM"'],
    ['a file', { tree: new Map([['a', 'file 600 abc']]) }, 'a: file 644 abc became file 600 abc'],
    ['a missing file', { tree: new Map() }, 'a: file 644 abc became absent'],
  ])('sees a difference in %s', (_what, more, detail) => {
    expect(differences(run(), run(more))).toEqual([detail]);
  });

  it('does not pass a case whose program is not installed', () => {
    const absent = run({ status: '77', output: 'vim\n' });
    expect(differences(absent, absent)).toEqual(['vim is not installed']);
  });

  it.each([
    ['at all', undefined, undefined],
    ['with the guard', run(), undefined],
    ['without the guard', run({ status: '' }), run({ status: '' })],
  ])('does not pass a case that did not run %s', (_what, free, guarded) => {
    expect(differences(free, guarded)).toEqual(['it did not run']);
  });
});
