import { describe, expect, test } from 'vitest';
import { clockStep } from './clock-step.ts';

const at = (seq: number, seconds: number, mono: number, boot_id = 'one') => ({
  seq,
  boot_id,
  mono_ns: String(mono * 1e9),
  timestamp: `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.000000Z`,
});

describe('clock step', () => {
  test('is the difference of the wall clock against the monotonic clock', () => {
    expect(clockStep(at(1, 30, 100), at(2, 10, 101))).toEqual({ seq: 2, milliseconds: -21_000 });
    expect(clockStep(at(1, 10, 100), at(2, 30, 100))).toEqual({ seq: 2, milliseconds: 20_000 });
  });

  test('is nothing while both run alike, in another boot, or at the start', () => {
    expect(clockStep(at(1, 10, 100), at(2, 40, 130))).toBeNull();
    expect(clockStep(at(1, 30, 100), at(2, 10, 1, 'two'))).toBeNull();
    expect(clockStep(null, at(1, 10, 1))).toBeNull();
  });
});
