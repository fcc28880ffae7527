import { describe, expect, it } from 'vitest';
import type { Judgement } from './judge.ts';
import { closingLine, reportOf } from './report.ts';

const guest = {
  exitCode: 0,
  seconds: 9.6,
  bootSeconds: 5,
  bootAttempts: 1,
  accelerator: 'tcg',
  kernelRelease: '6.12.1',
} as const;
const judgement = (name: string, more: Partial<Judgement> = {}): Judgement => ({
  ...{ name, hook: 'file_open', held: true, controlSucceeded: true, bypassed: false, missing: [], records: [1] },
  ...more,
});
const everyday = { name: 'git', detail: '', asked: [], refused: [], seconds: { unguarded: 1, guarded: 1 } };
const identical = { ...everyday, outcome: 'identical' as const };

describe('the report of a kernel', () => {
  it('counts what no manifest can grant apart', () => {
    const report = reportOf('6.12', guest, {
      judgements: [judgement('open-plain'), judgement('overlay-mount')],
      races: [],
      mounted: [],
      benign: [identical],
    });
    expect(report).toMatchObject({
      total: 1,
      held: 1,
      alwaysRefused: { total: 1, held: 1 },
      benignTotal: 1,
      good: true,
    });
    expect(closingLine([report])).toBe('3 passed, 0 failed');
  });

  it('tells a bypass from a proof that is missing', () => {
    const bypass = judgement('open-plain', { held: false, bypassed: true, missing: ['guarded vault: succeeded'] });
    const unproven = judgement('unlink', { held: false, missing: ['guarded vault: no record'] });
    const report = reportOf('6.12', guest, {
      judgements: [bypass, unproven],
      races: [],
      mounted: [],
      benign: [identical],
    });
    expect(report).toMatchObject({ held: 0, bypasses: ['open-plain'], unproven: [{ name: 'unlink' }], good: false });
  });

  it('is not good when everyday work differs, or one that is always refused is not', () => {
    const differs = { ...everyday, outcome: 'differs' as const, detail: 'status 0 became 1' };
    expect(
      reportOf('6.1', guest, { judgements: [judgement('open-plain')], races: [], mounted: [], benign: [differs] }).good,
    ).toBe(false);
    const open = judgement('overlay-mount', { held: false, bypassed: true });
    expect(
      reportOf('6.1', guest, {
        judgements: [judgement('open-plain'), open],
        races: [],
        mounted: [],
        benign: [identical],
      }).good,
    ).toBe(false);
  });
});
