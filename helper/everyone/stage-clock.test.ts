import { expect, test } from 'vitest';
import { leftNs, notedAgain, stageEnding } from './stage-clock.ts';

const S = 1_000_000_000n;
const START = { bootId: 'one', bootNs: 100n * S, wallMs: Date.parse('2026-01-01T00:00:00Z') };
const DAY = 24 * 3600;
const end = stageEnding(START, DAY);
const later = (seconds: number, more: object = {}) => ({
  bootId: 'one',
  bootNs: START.bootNs + BigInt(seconds) * S,
  wallMs: START.wallMs + seconds * 1000,
  ...more,
});

test('it is over when its time has passed, and not before', () => {
  expect(leftNs(end, START)).toBe(BigInt(DAY) * S);
  expect(leftNs(end, later(DAY - 1))).toBe(S);
  expect(leftNs(end, later(DAY))).toBe(0n);
});

test('a wall clock that is set back does not lengthen it, one that is set forward ends it', () => {
  expect(leftNs(end, later(DAY, { wallMs: 0 }))).toBe(0n);
  expect(leftNs(end, later(10, { wallMs: START.wallMs + DAY * 1000 }))).toBe(0n);
});

test('another start of the machine goes on with what was left, less a minute', () => {
  const noted = notedAgain(end, later(1000));
  if (!noted) throw new Error('not noted');
  const after = { bootId: 'two', bootNs: 30n * S, wallMs: 0 };
  expect(leftNs(noted, after)).toBe(BigInt(DAY - 1000 - 30 - 60) * S);
  expect(leftNs(noted, { ...after, wallMs: START.wallMs + DAY * 1000 })).toBe(0n);
});

test('starting the machine over and over ends it', () => {
  let noted = stageEnding(START, 3600);
  for (let start = 0; start < 60; start += 1)
    noted = notedAgain(noted, { bootId: `boot-${start}`, bootNs: 0n, wallMs: 0 }) ?? noted;
  expect(leftNs(noted, { bootId: 'boot-59', bootNs: 0n, wallMs: 0 })).toBe(0n);
});

test('it is noted once a minute', () => {
  expect(notedAgain(end, later(59))).toBeNull();
  expect(notedAgain(end, later(60))).toMatchObject({ at: end.at, leftNs: String(BigInt(DAY - 60) * S) });
});
