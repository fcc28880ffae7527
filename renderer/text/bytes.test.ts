import { expect, test } from 'vitest';
import { bytesInWords } from './bytes.ts';

test.each([
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [50_000_000, '50 MB'],
  [1_500_000_000, '1.5 GB'],
  [999_999, 'about 999.9 kB'],
  [1_234_567, 'about 1.2 MB'],
  [Number.MAX_SAFE_INTEGER, 'about 9 PB'],
])('%i', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});
