/** Tells the consent of what the person's hand does on the prompt's window, as the browser process sees it. */
import { type BrowserWindow, type InputEvent, screen, type WebContents } from 'electron';
import { inAllowZone, type Point } from './allow-zone.ts';
import type { Consent, KeyDown } from './consent.ts';

/** Bit of `_modifiers` that Chromium sets on input that a debugger made up (blink::WebInputEvent::kFromDebugger). */
const FROM_DEBUGGER = 1 << 23;

/** What Electron hands over beside what it documents. */
type SeenInput = InputEvent & {
  readonly _modifiers?: number;
  readonly key?: string;
  readonly code?: string;
  readonly isAutoRepeat?: boolean;
};

/** Watches one window for as long as it lives. */
export function watchHand(window: BrowserWindow, consent: Consent): void {
  const contents = window.webContents;
  const pointer = new Pointer(window, contents);
  contents.on('input-event', (_event, input: SeenInput) => {
    if (((input._modifiers ?? 0) & FROM_DEBUGGER) !== 0) return;
    take(input, consent, pointer);
  });
  window.on('focus', () => consent.focus(performance.now()));
  for (const gone of ['hide', 'minimize', 'closed'] as const) window.on(gone as 'hide', () => consent.hide());
  contents.on('render-process-gone', () => consent.hide());
}

function take(input: SeenInput, consent: Consent, pointer: Pointer): void {
  const now = performance.now();
  switch (input.type) {
    case 'mouseMove':
    case 'mouseEnter':
      if (pointer.moved()) consent.move(pointer.inZone());
      return;
    case 'mouseDown':
      consent.press(isPlainPress(input) && pointer.inZone(), now);
      return;
    case 'mouseUp':
      consent.release(pointer.inZone(), now);
      return;
    case 'mouseLeave':
      consent.leave();
      return;
    case 'rawKeyDown':
    case 'keyDown':
      consent.key(keyOf(input), now);
  }
}

/** Where the pointer is. This Electron says what a mouse did but not where, so the screen is asked. */
class Pointer {
  readonly #window: BrowserWindow;
  readonly #contents: WebContents;
  #last: Point = { x: Number.NaN, y: Number.NaN };

  constructor(window: BrowserWindow, contents: WebContents) {
    this.#window = window;
    this.#contents = contents;
  }

  /** Whether it is elsewhere than when this was last asked: Chromium repeats moves of a pointer that rests. */
  moved(): boolean {
    const { x, y } = screen.getCursorScreenPoint();
    const elsewhere = x !== this.#last.x || y !== this.#last.y;
    this.#last = { x, y };
    return elsewhere;
  }

  inZone(): boolean {
    const point = screen.getCursorScreenPoint();
    return inAllowZone(point, this.#window.getContentBounds(), this.#contents.getZoomFactor());
  }
}

/** The left button alone. */
function isPlainPress({ modifiers = [] }: SeenInput): boolean {
  const words = modifiers.map((word) => word.toLowerCase());
  return words.includes('leftbuttondown') && !words.includes('rightbuttondown') && !words.includes('middlebuttondown');
}

function keyOf(input: SeenInput): KeyDown {
  const words = (input.modifiers ?? []).map((word) => word.toLowerCase());
  return {
    key: input.key ?? '',
    code: input.code ?? '',
    control: words.some((word) => word === 'control' || word === 'ctrl'),
    other: words.some((word) => ['alt', 'altgr', 'meta', 'command', 'cmd'].includes(word)),
    repeated: input.isAutoRepeat === true || words.includes('isautorepeat'),
  };
}
