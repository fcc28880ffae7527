import { HOLD_MS } from '../../../core/protocol/desktop.ts';

/**
 * When Allow may be had. Nothing is allowed by a hand that was there before the question: every phase before `armed` drops
 * what is pressed or typed. The main process watches the same hand by itself; this only keeps the page from asking in vain.
 */
export type Arming =
  /** Not yet known to main, or disturbed since. */
  | { readonly phase: 'unseen' }
  /** Main would not take it as shown. */
  | { readonly phase: 'off' }
  | { readonly phase: 'arming'; readonly code: string; readonly until: number }
  | { readonly phase: 'armed'; readonly code: string; readonly typed: string }
  | { readonly phase: 'holding'; readonly code: string; readonly since: number }
  | { readonly phase: 'sending' };

export type ArmingEvent =
  | { readonly is: 'shown'; readonly at: number; readonly armsInMs: number; readonly code: string }
  | { readonly is: 'not-shown' }
  /** Focus, content or place in the queue has changed, or an answer did not get through. */
  | { readonly is: 'disturbed' }
  | { readonly is: 'tick'; readonly at: number }
  | { readonly is: 'press'; readonly at: number }
  | { readonly is: 'release'; readonly at: number }
  /** The pointer left the control, or was taken away. */
  | { readonly is: 'let-go' }
  | { readonly is: 'letter'; readonly letter: string }
  /** Ctrl+Enter. */
  | { readonly is: 'chord' };

export const UNSEEN: Arming = { phase: 'unseen' };

/** All times are milliseconds of one clock that does not jump. */
export function arm(state: Arming, event: ArmingEvent): Arming {
  switch (event.is) {
    case 'disturbed':
      return UNSEEN;
    case 'not-shown':
      return { phase: 'off' };
    case 'shown':
      return { phase: 'arming', code: event.code.toUpperCase(), until: event.at + event.armsInMs };
    case 'tick':
      return state.phase === 'arming' && event.at >= state.until ? armed(state.code) : state;
    case 'press':
      return state.phase === 'armed' ? { phase: 'holding', code: state.code, since: event.at } : state;
    case 'release':
      if (state.phase !== 'holding') return state;
      return event.at - state.since >= HOLD_MS ? { phase: 'sending' } : armed(state.code);
    case 'let-go':
      return state.phase === 'holding' ? armed(state.code) : state;
    case 'letter':
      return state.phase === 'armed' ? { ...state, typed: typedAfter(state, event.letter.toUpperCase()) } : state;
    case 'chord':
      return state.phase === 'armed' && state.typed === state.code && state.code !== '' ? { phase: 'sending' } : state;
  }
}

function armed(code: string): Arming {
  return { phase: 'armed', code, typed: '' };
}

/** As much of the code as the last letters make up. */
function typedAfter({ code, typed }: { code: string; typed: string }, letter: string): string {
  if (typed !== code && code.startsWith(typed + letter)) return typed + letter;
  return code.startsWith(letter) ? letter : '';
}
