import { expect, test } from 'vitest';
import { clock, dueAnnouncement, exactMoment, moment, shortMoment, span } from './time.ts';

test.each([
  [26_001, '0:27'],
  [26_000, '0:26'],
  [1, '0:01'],
  [0, '0:00'],
  [-5, '0:00'],
  [60_000, '1:00'],
  [14 * 60_000 + 3_000, '14:03'],
  [3_899_000, '1:04:59'],
])('%d ms are left: %s', (left, words) => {
  expect(clock(left)).toBe(words);
});

test.each([
  [-1, '0 s'],
  [42_999, '42 s'],
  [60_000, '1 min'],
  [2 * 3_600_000 + 5 * 60_000, '2 h 05 min'],
  [4 * 86_400_000, '4 d'],
])('a span of %d ms: %s', (length, words) => {
  expect(span(length)).toBe(words);
});

test('a moment today is a time, one before has its day', () => {
  const now = new Date(2026, 4, 6, 15, 0).getTime();
  expect(moment(new Date(2026, 4, 6, 9, 5).toISOString(), now)).toBe('09:05');
  expect(moment(new Date(2026, 4, 5, 23, 59).toISOString(), now)).toBe('2026-05-05 23:59');
  expect(shortMoment(new Date(2026, 4, 6, 9, 5, 7).toISOString(), now)).toBe('09:05:07');
  expect(shortMoment(new Date(2026, 4, 5, 9, 5, 7).toISOString(), now)).toBe('05-05 09:05:07');
  expect(exactMoment(new Date(2026, 4, 5, 23, 59, 8).toISOString())).toBe('2026-05-05 23:59:08');
});

test.each([
  [31_000, 30_000, 30],
  [30_001, 29_000, 30],
  [30_000, 29_000, null],
  [12_000, 10_500, null],
  [10_250, 10_000, 10],
  [31_000, 9_000, 30],
  [500, 0, null],
  [40_000, 0, null],
])('from %d to %d ms the seconds said aloud: %s', (before, after, said) => {
  expect(dueAnnouncement(before, after)).toBe(said);
});
