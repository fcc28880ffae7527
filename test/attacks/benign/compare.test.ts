import { describe, expect, it } from 'vitest';
import { compare, type Snapshot } from './compare.ts';

const run = (more: Partial<Snapshot> = {}): Snapshot => ({
  status: '0',
  output: 'one\ntwo\n',
  errors: '',
  tree: new Map([['a', 'file 644 abc']]),
  ...more,
});

describe('the comparison of everyday work', () => {
  it('calls equal runs identical', () => {
    expect(compare('git', run(), run())).toEqual({ name: 'git', outcome: 'identical', detail: '' });
  });

  it.each([
    ['the status', { status: '1' }, 'status 0 became 1'],
    ['the output', { output: 'one\nthree\n' }, 'output: "two" became "three"'],
    ['shorter output', { output: 'one\ntwo' }, 'output: ends after 2 lines of 3'],
    ['errors', { errors: 'EPERM' }, 'errors: "" became "EPERM"'],
    ['a file', { tree: new Map([['a', 'file 600 abc']]) }, 'a: file 644 abc became file 600 abc'],
    ['a missing file', { tree: new Map() }, 'a: file 644 abc became absent'],
  ])('sees a difference in %s', (_what, more, detail) => {
    expect(compare('git', run(), run(more))).toEqual({ name: 'git', outcome: 'differs', detail });
  });

  it('says what is not installed, and does not count it', () => {
    const absent = run({ status: '77', output: 'vim\n' });
    expect(compare('vim', absent, absent)).toEqual({ name: 'vim', outcome: 'skipped', detail: 'vim is not installed' });
  });

  it('does not pass a case that did not run', () => {
    expect(compare('git', run(), undefined).outcome).toBe('differs');
  });
});
