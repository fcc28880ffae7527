import { useEffect } from 'react';
import type { Arming, ArmingEvent } from './arming.ts';

type Keys = {
  readonly arming: Arming;
  readonly dispatch: (event: ArmingEvent) => void;
  readonly deny: () => void;
};

/** Letters and Ctrl+Enter allow, Alt+D denies. Keys that repeat, and any before the question was shown, do nothing. */
export function usePromptKeys({ arming, dispatch, deny }: Keys): void {
  const seen = arming.phase !== 'unseen' && arming.phase !== 'sending';
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const { key, code, ctrlKey, altKey, metaKey, repeat } = event;
      if (key === 'Enter' && ctrlKey) {
        // Before anything focused sees it: on Deny it would deny.
        event.preventDefault();
        event.stopPropagation();
        if (!repeat) dispatch({ is: 'chord' });
      } else if (altKey && !ctrlKey && !metaKey && key.toLowerCase() === 'd') {
        event.preventDefault();
        if (!repeat && seen) deny();
      } else if (!repeat && !ctrlKey && !altKey && !metaKey) {
        const letter = letterOf(key, code);
        if (letter !== null) dispatch({ is: 'letter', letter });
      }
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [dispatch, deny, seen]);
}

/** What the key types, or where it lies on keyboards that are not Latin. */
function letterOf(key: string, code: string): string | null {
  if (/^[a-z]$/i.test(key)) return key;
  return /^Key([A-Z])$/.exec(code)?.[1] ?? null;
}
