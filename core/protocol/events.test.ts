import { expect, test } from 'vitest';
import { z } from 'zod';
import { matchesFilter } from './audit.ts';
import { audienceOf, isEvent, parseEvent } from './events.ts';
import type { SessionId } from './scalars.ts';

const entry = {
  owner: 1000,
  record: {
    v: 1,
    seq: 7,
    boot_id: 'b',
    mono_ns: '12',
    timestamp: '2026-01-01T00:00:00.000001Z',
    kind: 'decision',
    prev: '0'.repeat(64),
    evidence_hash: 'a'.repeat(64),
    pid: 10,
    skill_id: 'mail',
    action: 'read',
    path: '/home/a/.ssh/id_rsa',
    verdict: 'block',
    session: 's1',
    field_of_tomorrow: { kept: true },
  },
};

test('a record passes whole, fields of tomorrow included', () => {
  const happened = parseEvent('decision', entry);
  expect(happened).not.toBeInstanceOf(z.ZodError);
  expect(happened).toEqual({ event: 'decision', data: entry });
});

test('an event is for its owner, or for all', () => {
  const decision = parseEvent('decision', entry);
  const status = parseEvent('status', { enforcement: { state: 'enforcing', kernel: '6.12' } });
  if (decision instanceof z.ZodError || status instanceof z.ZodError) throw new Error('events do not parse');
  expect(audienceOf(decision)).toBe(1000);
  expect(audienceOf(status)).toBe('everyone');
  expect(isEvent('constructor')).toBe(false);
});

test('a filter tells sessions and verdicts apart', () => {
  const decision = parseEvent('decision', entry);
  if (decision instanceof z.ZodError || decision.event !== 'decision') throw new Error('does not parse');
  const session = 's1' as SessionId;
  expect(matchesFilter(decision.data, {})).toBe(true);
  expect(matchesFilter(decision.data, { session, verdicts: ['block'] })).toBe(true);
  expect(matchesFilter(decision.data, { verdicts: ['allow'] })).toBe(false);
  expect(matchesFilter(decision.data, { session: 'other' as SessionId })).toBe(false);
});
