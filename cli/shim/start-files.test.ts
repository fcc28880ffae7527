import { expect, test } from 'vitest';
import { withBlock, withoutBlock } from './start-files.ts';

test.each(['', 'a\n', 'a', '\n\n'])('%j: what is put into a file comes out again', (text) => {
  const shell = { name: 'bash', file: '.bashrc' } as const;
  const with_ = withBlock(withBlock(text, shell, '/s'), shell, '/s');
  expect([with_.match(/>>>/g)?.length, withoutBlock(with_)]).toEqual([2, text]);
});
