/** What name servers tell a session. */
import fc from 'fast-check';
import type { Told } from '../../core/names/history.ts';
import { ADDRESSES } from './addresses.ts';
import type { Language } from './policies.ts';

const ASKED_NAMES = [
  ...['api.example.com', 'API.Example.COM', 'www.example.com', 'example.com', 'b.c.example.com', 'c.example.com'],
  ...['a.b.c.example.com', 'x.example.org', 'example.org', 'xexample.org', 'db.corp.internal', 'x.corp.internal'],
  ...['app.site.localhost', 'x.site.localhost', 'elsewhere.example.net'],
];

/** Shorter than answers count at least, longer than they count at most, and what lies between. */
const LIFETIMES_S = [0, 20, 60, 120, 100_000];
const MOMENTS_S = [0, 0, 10, 60, 200];
/** A history that is really played takes seconds. */
const LONG_S = 3000;
const MOST_ANSWERS = 8;

export function answersIn({ names }: Language): fc.Arbitrary<readonly Told[]> {
  const overTime = names === 'over time';
  const told = fc.record({
    name: fc.constantFrom(...ASKED_NAMES),
    address: fc.constantFrom(...ADDRESSES),
    seconds: overTime ? fc.constantFrom(...LIFETIMES_S) : fc.constant(LONG_S),
    atSeconds: overTime ? fc.constantFrom(...MOMENTS_S) : fc.constant(0),
  });
  return fc.array(told, { maxLength: MOST_ANSWERS, size: 'max' });
}
