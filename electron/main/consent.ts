/**
 * Whether a person has allowed a question with their own hand. It is told what the browser process has seen of real input on
 * the prompt's window, never what the page says. Time is in milliseconds of a clock that only goes forward.
 *
 * Two ways lead to a consent: the pointer moved, was pressed inside the Allow zone and held there; or the two letters that were
 * drawn for this question were typed, and Ctrl+Enter. It serves one answer to one question, for a moment.
 */
import type { ApprovalId } from '../../core/protocol/approval.ts';
import { ARM_MS, HOLD_MS } from '../../core/protocol/desktop.ts';

/** A pointer that has not moved since the question came is where it happened to be. */
export const LEAST_MOVES = 3;
/** How long a consent waits for the page to ask for its answer. */
export const CONSENT_LASTS_MS = 2000;
/** The page's clock starts a press a little later than ours, and its timers may be early by less than this. */
const HOLD_TOLERANCE_MS = 20;

export type ConsentRefusal = 'not-shown' | 'not-armed' | 'no-hand';

/** A key as the browser process reports it when it goes down. */
export interface KeyDown {
  /** What it types in the current layout: `a`, `Enter`. */
  readonly key: string;
  /** Where it is: `KeyA`. */
  readonly code: string;
  readonly control: boolean;
  /** Alt, AltGr or the logo key. */
  readonly other: boolean;
  readonly repeated: boolean;
}

interface Shown {
  readonly id: ApprovalId;
  readonly code: string;
  readonly since: number;
  moves: number;
  /** When the pointer went down inside the zone; null: it is up, or went down elsewhere, or has left. */
  pressed: number | null;
  /** The last two letters, each as what it types and where it lies. */
  letters: readonly (readonly [typed: string, placed: string])[];
  given: number | null;
}

export class Consent {
  readonly #newCode: () => string;
  #shown: Shown | null = null;
  #focusedSince = Number.NEGATIVE_INFINITY;

  constructor(newCode: () => string) {
    this.#newCode = newCode;
  }

  /** The question on screen, if any. */
  get question(): ApprovalId | null {
    return this.#shown?.id ?? null;
  }

  /** A question has been drawn. Whatever was given or begun before is void, for the same question too. */
  show(id: ApprovalId, now: number): { code: string; armsInMs: number } {
    const code = this.#newCode();
    this.#shown = { id, code, since: now, moves: 0, pressed: null, letters: [], given: null };
    return { code, armsInMs: ARM_MS };
  }

  /** The window is hidden, or its page is gone. */
  hide(): void {
    this.#shown = null;
  }

  /** A question has ended. */
  end(id: ApprovalId): void {
    if (this.#shown?.id === id) this.#shown = null;
  }

  /** The window has got the keyboard: what is being typed was meant for another. */
  focus(now: number): void {
    this.#focusedSince = now;
    if (this.#shown) this.#shown.letters = [];
  }

  /** The pointer is at another place than before. */
  move(inZone: boolean): void {
    if (!this.#shown) return;
    this.#shown.moves += 1;
    if (!inZone) this.#shown.pressed = null;
  }

  press(inZone: boolean, now: number): void {
    const shown = this.#shown;
    if (!shown) return;
    const counts = inZone && now - shown.since >= ARM_MS && shown.moves >= LEAST_MOVES;
    shown.pressed = counts ? now : null;
    shown.given = null;
  }

  release(inZone: boolean, now: number): void {
    const shown = this.#shown;
    if (!shown) return;
    if (inZone && isHeld(shown, now)) shown.given = now;
    shown.pressed = null;
  }

  /** The pointer has left the window. */
  leave(): void {
    if (this.#shown) this.#shown.pressed = null;
  }

  key({ key, code, control, other, repeated }: KeyDown, now: number): void {
    const shown = this.#shown;
    if (!shown || repeated || isModifier(key)) return;
    if (now - Math.max(shown.since, this.#focusedSince) < ARM_MS) return; // typed ahead
    if (key === 'Enter' && control && !other) {
      if (spells(shown.letters, shown.code)) shown.given = now;
      shown.letters = [];
      return;
    }
    const placed = /^Key[A-Z]$/.test(code) ? code.slice(3) : '';
    const letter = !control && !other && (placed !== '' || /^[a-z]$/i.test(key));
    shown.letters = letter ? [...shown.letters, [key.toUpperCase(), placed] as const].slice(-2) : [];
    shown.given = null;
  }

  /** Takes the consent for a question, if there is one; it is used up. Otherwise says what is missing. */
  take(id: ApprovalId, now: number): 'given' | ConsentRefusal {
    const shown = this.#shown;
    if (shown?.id !== id) return 'not-shown';
    if (now - shown.since < ARM_MS) return 'not-armed';
    const given = isHeld(shown, now) || (shown.given !== null && now - shown.given <= CONSENT_LASTS_MS);
    shown.pressed = null;
    shown.given = null;
    shown.letters = [];
    return given ? 'given' : 'no-hand';
  }
}

function isHeld({ pressed }: Shown, now: number): boolean {
  return pressed !== null && now - pressed >= HOLD_MS - HOLD_TOLERANCE_MS;
}

function isModifier(key: string): boolean {
  return ['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Tab'].includes(key);
}

/** Either what the keys type or where they lie: the letters are Latin, keyboards are not always. */
function spells(letters: Shown['letters'], code: string): boolean {
  if (letters.length !== code.length) return false;
  return [0, 1].some((way) => letters.every((letter, at) => letter[way] === code[at]));
}
