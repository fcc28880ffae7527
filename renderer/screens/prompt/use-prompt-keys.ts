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
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      if (key === 'Enter' && ctrlKey) {
        // Before anything focused sees it: on Deny it would deny.
        event.preventDefault();
        event.stopPropagation();
        if (!repeat) dispatch({ is: 'chord' });
      } else if (altKey && !ctrlKey && !metaKey && key.toLowerCase() === 'd') {
        event.preventDefault();
        if (!repeat && seen) deny();
      } else if (!repeat && !ctrlKey && !altKey && !metaKey && /^[a-z0-9]$/i.test(key)) {
        dispatch({ is: 'letter', letter: key });
      }
    };
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, [dispatch, deny, seen]);
}
