import { beforeEach, describe, expect, test } from 'vitest';
import { approvalId } from '../../core/protocol/approval.ts';
import { ARM_MS, HOLD_MS } from '../../core/protocol/desktop.ts';
import { CONSENT_LASTS_MS, Consent, LEAST_MOVES } from './consent.ts';
import { newConsentCode } from './consent-code.ts';

const A = approvalId.parse(1);
const B = approvalId.parse(2);
const ARMED = ARM_MS + 1;

let consent: Consent;
let codes: string[];

beforeEach(() => {
  codes = ['KP', 'RT', 'XY'];
  consent = new Consent(() => codes.shift() ?? 'ZZ');
});

function moveIn(times = LEAST_MOVES): void {
  for (let count = 0; count < times; count++) consent.move(true);
}

/** Shown at 0, held inside the zone from `from` for `length`. */
function hold(from: number, length: number): void {
  moveIn();
  consent.press(true, from);
  consent.release(true, from + length);
}

function typeKey(key: string, now: number, more: Partial<Parameters<Consent['key']>[0]> = {}): void {
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key;
  consent.key({ key, code, control: false, other: false, repeated: false, ...more }, now);
}

const confirm = (now: number) => typeKey('Enter', now, { control: true });

describe('by pointer', () => {
  test('moved, held inside for long enough, released: given', () => {
    expect(consent.show(A, 0)).toEqual({ code: 'KP', armsInMs: ARM_MS });
    hold(ARMED, HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS + 5)).toBe('given');
  });

  test('still down when the page asks, but long enough: given, and the press serves nothing more', () => {
    consent.show(A, 0);
    moveIn();
    consent.press(true, ARMED);
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('given');
    consent.release(true, ARMED + HOLD_MS + 100);
    expect(consent.take(A, ARMED + HOLD_MS + 101)).toBe('no-hand');
  });

  test('a click is no hold', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS - 100);
    expect(consent.take(A, ARMED + HOLD_MS + 5)).toBe('no-hand');
  });

  test('a press from before arming does not count, however long it lasts', () => {
    consent.show(A, 0);
    moveIn();
    consent.press(true, ARM_MS - 1);
    expect(consent.take(A, ARM_MS + 10 * HOLD_MS)).toBe('no-hand');
    consent.release(true, ARM_MS + 10 * HOLD_MS);
    expect(consent.take(A, ARM_MS + 10 * HOLD_MS)).toBe('no-hand');
  });

  test('a pointer that rests where the window came up does not count', () => {
    consent.show(A, 0);
    moveIn(LEAST_MOVES - 1);
    consent.press(true, ARMED);
    consent.release(true, ARMED + HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('no-hand');
  });

  test('a press beside the zone does not count: Deny was clicked, the page asks to allow', () => {
    consent.show(A, 0);
    moveIn();
    consent.press(false, ARMED);
    consent.release(false, ARMED + HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('no-hand');
  });

  test.each([
    ['pressed outside and dragged in', () => consent.press(false, ARMED), () => consent.move(true)],
    [
      'pressed inside and dragged out and back',
      () => consent.press(true, ARMED),
      () => {
        consent.move(false);
        consent.move(true);
      },
    ],
    ['pressed inside and gone from the window', () => consent.press(true, ARMED), () => consent.leave()],
  ])('%s: no', (_name, press, drag) => {
    consent.show(A, 0);
    moveIn();
    press();
    drag();
    consent.release(true, ARMED + HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('no-hand');
  });

  test('a second button ends the hold', () => {
    consent.show(A, 0);
    moveIn();
    consent.press(true, ARMED);
    consent.press(false, ARMED + 10); // what hand.ts makes of any button but the left one alone
    expect(consent.take(A, ARMED + HOLD_MS + 20)).toBe('no-hand');
  });
});

describe('by keyboard', () => {
  test('the letters, then Ctrl+Enter: given', () => {
    consent.show(A, 0);
    typeKey('k', ARMED);
    typeKey('p', ARMED + 100);
    typeKey('Control', ARMED + 150, { control: true });
    confirm(ARMED + 200);
    expect(consent.take(A, ARMED + 210)).toBe('given');
  });

  test('by place where the layout types no Latin letters', () => {
    consent.show(A, 0);
    typeKey('л', ARMED, { code: 'KeyK' });
    typeKey('з', ARMED, { code: 'KeyP' });
    confirm(ARMED);
    expect(consent.take(A, ARMED)).toBe('given');
  });

  test.each(['Enter', ' '])('%j alone never allows, after the letters either', (key) => {
    consent.show(A, 0);
    typeKey(key, ARMED);
    expect(consent.take(A, ARMED)).toBe('no-hand');
    typeKey('k', ARMED);
    typeKey('p', ARMED);
    typeKey(key, ARMED);
    expect(consent.take(A, ARMED)).toBe('no-hand');
  });

  test('Ctrl+Enter without the letters, or with others: no', () => {
    consent.show(A, 0);
    confirm(ARMED);
    expect(consent.take(A, ARMED)).toBe('no-hand');
    for (const letters of ['k', 'pk', 'kx', 'kpx']) {
      consent.show(A, 0);
      for (const letter of letters) typeKey(letter, ARMED);
      confirm(ARMED);
      expect(consent.take(A, ARMED), letters).toBe('no-hand');
    }
  });

  test('a key that repeats itself, and letters with Ctrl or Alt, are no letters', () => {
    for (const more of [{ repeated: true }, { control: true }, { other: true }]) {
      codes = ['KP'];
      consent.show(A, 0);
      typeKey('k', ARMED);
      typeKey('p', ARMED, more);
      confirm(ARMED);
      expect(consent.take(A, ARMED)).toBe('no-hand');
    }
  });

  test('typed ahead: letters from before arming do not count', () => {
    consent.show(A, 0);
    typeKey('k', ARM_MS - 2);
    typeKey('p', ARM_MS - 1);
    confirm(ARMED);
    expect(consent.take(A, ARMED)).toBe('no-hand');
  });

  test('a window that has just got the keyboard arms anew: the keys were meant for another', () => {
    consent.show(A, 0);
    typeKey('k', ARMED);
    consent.focus(ARMED + 1);
    for (const letters of ['p', 'kp']) {
      for (const letter of letters) typeKey(letter, ARMED + 2);
      confirm(ARMED + 3);
      expect(consent.take(A, ARMED + 4), letters).toBe('no-hand');
    }
    typeKey('k', 3 * ARMED);
    typeKey('p', 3 * ARMED);
    confirm(3 * ARMED);
    expect(consent.take(A, 3 * ARMED)).toBe('given');
  });

  test('the letters of the question before are not those of this one', () => {
    consent.show(A, 0);
    consent.show(B, 0);
    typeKey('k', ARMED);
    typeKey('p', ARMED);
    confirm(ARMED);
    expect(consent.take(B, ARMED)).toBe('no-hand');
  });
});

describe('one consent, one question, once', () => {
  test('an answer without any input', () => {
    expect(consent.take(A, ARMED)).toBe('not-shown');
    consent.show(A, 0);
    expect(consent.take(A, ARM_MS - 1)).toBe('not-armed');
    expect(consent.take(A, ARMED)).toBe('no-hand');
  });

  test('for another question', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS);
    expect(consent.take(B, ARMED + HOLD_MS)).toBe('not-shown');
  });

  test('the question changes under the hand', () => {
    consent.show(A, 0);
    moveIn();
    consent.press(true, ARMED);
    consent.show(B, ARMED + HOLD_MS - 1);
    consent.release(true, ARMED + HOLD_MS);
    expect(consent.take(B, ARMED + HOLD_MS)).toBe('not-armed');
    expect(consent.take(B, 3 * ARMED + HOLD_MS)).toBe('no-hand');
    expect(consent.take(A, 3 * ARMED + HOLD_MS)).toBe('not-shown');
  });

  test('replay', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('given');
    expect(consent.take(A, ARMED + HOLD_MS)).toBe('no-hand');
  });

  test('showing the same question again voids what was given', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS);
    consent.show(A, ARMED + HOLD_MS);
    expect(consent.take(A, 3 * ARMED + HOLD_MS)).toBe('no-hand');
  });

  test('it does not wait for ever', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS);
    expect(consent.take(A, ARMED + HOLD_MS + CONSENT_LASTS_MS + 1)).toBe('no-hand');
  });

  test('a hidden window, a dead page, an ended question take it away', () => {
    for (const over of [() => consent.hide(), () => consent.end(A)]) {
      consent.show(A, 0);
      hold(ARMED, HOLD_MS);
      over();
      expect(consent.question).toBeNull();
      expect(consent.take(A, ARMED + HOLD_MS)).toBe('not-shown');
    }
    consent.show(A, 0);
    consent.end(B);
    expect(consent.question).toBe(A);
  });

  test('a press after the consent takes it back', () => {
    consent.show(A, 0);
    hold(ARMED, HOLD_MS);
    consent.press(false, ARMED + HOLD_MS + 10);
    expect(consent.take(A, ARMED + HOLD_MS + 20)).toBe('no-hand');
  });
});

test('codes are two different letters that cannot be misread', () => {
  for (let count = 0; count < 500; count++) {
    expect(newConsentCode()).toMatch(/^([ACEFHJKLMNPRTUVWXY])(?!\1)[ACEFHJKLMNPRTUVWXY]$/);
  }
});
