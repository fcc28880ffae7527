import { describe, expect, test } from 'vitest';
import { HOLD_MS } from '../../../core/protocol/desktop.ts';
import { type Arming, type ArmingEvent, arm, UNSEEN } from './arming.ts';

const SHOWN: ArmingEvent = { is: 'shown', at: 1000, armsInMs: 1200, code: 'kf' };
const ARMED: readonly ArmingEvent[] = [SHOWN, { is: 'tick', at: 2200 }];
const letters = (text: string): ArmingEvent[] => [...text].map((letter) => ({ is: 'letter', letter }));
const reached = (...events: readonly ArmingEvent[]): Arming => events.reduce(arm, UNSEEN);
const phaseAfter = (...events: readonly ArmingEvent[]): string => reached(...events).phase;

describe('by the pointer', () => {
  test('held long enough and released, it allows', () => {
    expect(phaseAfter(...ARMED, { is: 'press', at: 3000 }, { is: 'release', at: 3000 + HOLD_MS })).toBe('sending');
  });

  test('a millisecond less does not', () => {
    expect(phaseAfter(...ARMED, { is: 'press', at: 3000 }, { is: 'release', at: 2999 + HOLD_MS })).toBe('armed');
  });

  test('a press before it was armed is no press', () => {
    const early: ArmingEvent[] = [SHOWN, { is: 'press', at: 1500 }, { is: 'tick', at: 2200 }];
    expect(phaseAfter(...early, { is: 'release', at: 9000 })).toBe('armed');
  });

  test('a pointer that left has to press again', () => {
    const left: ArmingEvent[] = [...ARMED, { is: 'press', at: 3000 }, { is: 'let-go' }];
    expect(phaseAfter(...left, { is: 'release', at: 9000 })).toBe('armed');
  });

  test('a release without a press does nothing', () => {
    expect(phaseAfter(...ARMED, { is: 'release', at: 9000 })).toBe('armed');
  });
});

describe('by the keyboard', () => {
  test.each([
    ['kf', 'sending'],
    ['KF', 'sending'],
    ['kkf', 'sending'],
    ['xkf', 'sending'],
    ['k', 'armed'],
    ['fk', 'armed'],
    ['kxf', 'armed'],
    ['kfx', 'armed'],
    ['', 'armed'],
  ])('%s and Ctrl+Enter: %s', (typed, phase) => {
    expect(phaseAfter(...ARMED, ...letters(typed), { is: 'chord' })).toBe(phase);
  });

  test('letters typed before it was armed are dropped', () => {
    expect(phaseAfter(SHOWN, ...letters('kf'), { is: 'tick', at: 2200 }, { is: 'chord' })).toBe('armed');
  });

  test('without a code no chord allows', () => {
    expect(phaseAfter({ ...SHOWN, code: '' }, { is: 'tick', at: 2200 }, { is: 'chord' })).toBe('armed');
  });
});

describe('anything that changes disarms', () => {
  const states: readonly (readonly ArmingEvent[])[] = [
    [SHOWN],
    ARMED,
    [...ARMED, ...letters('kf')],
    [...ARMED, { is: 'press', at: 3000 }],
  ];
  test.each(states.map((events) => [reached(...events).phase, events] as const))('while %s', (_, events) => {
    const disturbed: ArmingEvent[] = [...events, { is: 'disturbed' }];
    expect(reached(...disturbed)).toEqual(UNSEEN);
    expect(phaseAfter(...disturbed, ...letters('kf'), { is: 'chord' })).toBe('unseen');
    expect(phaseAfter(...disturbed, { is: 'tick', at: 99_000 }, { is: 'release', at: 99_000 })).toBe('unseen');
  });
});

test('it is armed no sooner than main says', () => {
  expect(phaseAfter(SHOWN, { is: 'tick', at: 2199 })).toBe('arming');
  expect(phaseAfter(SHOWN, { is: 'tick', at: 2200 })).toBe('armed');
});

test('what main would not take as shown cannot be allowed', () => {
  expect(phaseAfter({ is: 'not-shown' }, { is: 'press', at: 0 }, { is: 'release', at: 9000 })).toBe('off');
});
