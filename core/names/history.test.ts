import { expect, test } from 'vitest';
import { namesOf, type Told } from './history.ts';
import { countedSeconds, LEARNING } from './learning.ts';

const history: readonly Told[] = [
  { name: 'a.example', address: '203.0.113.1', seconds: 60, atSeconds: 100 },
  { name: 'b.example', address: '::ffff:203.0.113.1', seconds: 0, atSeconds: 100 },
  { name: 'c.example', address: '203.0.113.2', seconds: 60, atSeconds: 100 },
];

test('a name leads to an address for as long as its answer counts, in either spelling', () => {
  const { shortestSeconds } = LEARNING;
  expect(namesOf(history, '203.0.113.1', 100)).toEqual({ current: ['a.example', 'b.example'], expired: [] });
  expect(namesOf(history, '203.0.113.1', 100 + shortestSeconds)).toEqual({
    current: ['a.example'],
    expired: ['b.example'],
  });
  expect(namesOf(history, '203.0.113.1', 160)).toEqual({ current: [], expired: ['a.example', 'b.example'] });
});

test('looking it up again makes it count longer, never shorter', () => {
  const again = [...history, { name: 'a.example', address: '203.0.113.1', seconds: 0, atSeconds: 101 }];
  expect(namesOf(again, '203.0.113.1', 159).current).toEqual(['a.example']);
});

test('answers count no shorter and no longer than is set', () => {
  expect(countedSeconds(0)).toBe(LEARNING.shortestSeconds);
  expect(countedSeconds(4_000_000)).toBe(LEARNING.longestSeconds);
  expect(countedSeconds(100)).toBe(100);
});
