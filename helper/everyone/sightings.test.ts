import { expect, it } from 'vitest';
import type { EvidenceRecord } from '../../core/evidence/record.ts';
import { sightingIn } from './sightings.ts';

const RECORD = {
  ...{
    v: 1,
    seq: 5,
    boot_id: 'boot',
    mono_ns: '1',
    timestamp: '2026-01-02T03:04:05.000006Z',
    prev: '0',
    evidence_hash: '0',
  },
  ...{ kind: 'everyone', pid: 7, skill_id: null, action: 'read', path: '/home/u/.npmrc', verdict: 'block' },
  ...{ program: '/usr/bin/cat', uid: 1000, location: 'npm-token', operation: 'read', count: 3 },
} as unknown as EvidenceRecord;

it('tells what a record says', () => {
  expect(sightingIn({ ...RECORD, script: '/home/u/x.py' })).toEqual({
    ...{ program: '/usr/bin/cat', script: '/home/u/x.py', uid: 1000, location: 'npm-token', operation: 'read' },
    ...{ verdict: 'block', count: 3, firstAt: RECORD.timestamp, lastAt: RECORD.timestamp },
  });
  expect(sightingIn(RECORD)).not.toHaveProperty('script');
});

it.each([{ kind: 'decision' }, { program: undefined }, { program: '[8:1]/x' }, { location: null }])(
  'tells nothing of %o',
  (change) => {
    expect(sightingIn({ ...RECORD, ...change } as EvidenceRecord)).toBe(null);
  },
);
