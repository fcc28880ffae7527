import { useEffect, useReducer, useState } from 'react';
import type { ApprovalId } from '../../../core/protocol/approval.ts';
import { useBridge } from '../../bridge.ts';
import { type Arming, type ArmingEvent, arm, UNSEEN } from './arming.ts';

/** Main may be about to show the window when it is told that the question is on screen. */
const RETRY_MS = 300;

/** Arms anew whenever `subject` changes, the window gains or loses focus, or comes back into sight. */
export function useArming(id: ApprovalId, subject: string): readonly [Arming, (event: ArmingEvent) => void] {
  const bridge = useBridge();
  const [arming, dispatch] = useReducer(arm, UNSEEN);
  const disturbances = useDisturbances();
  const asked = `${subject} ${disturbances}`;

  useEffect(() => {
    let stale = asked === '';
    let retry: ReturnType<typeof setTimeout> | undefined;
    const tell = async (): Promise<void> => {
      const answer = await bridge.call('prompt.shown', { id });
      if (stale) return;
      dispatch(answer.ok ? { is: 'shown', at: performance.now(), ...answer.value } : { is: 'not-shown' });
      if (!answer.ok) retry = setTimeout(() => void tell(), RETRY_MS);
    };
    dispatch({ is: 'disturbed' });
    void tell();
    return () => {
      stale = true;
      clearTimeout(retry);
    };
  }, [bridge, id, asked]);

  const until = arming.phase === 'arming' ? arming.until : null;
  useEffect(() => {
    if (until === null) return;
    // One more millisecond, as a timer may come early.
    const timer = setTimeout(() => dispatch({ is: 'tick', at: performance.now() }), until - performance.now() + 1);
    return () => clearTimeout(timer);
  }, [until]);

  return [arming, dispatch];
}

/** Counts what could have put somebody else's click or key into this window. */
function useDisturbances(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const disturbed = (): void => setCount((before) => before + 1);
    window.addEventListener('focus', disturbed);
    window.addEventListener('blur', disturbed);
    document.addEventListener('visibilitychange', disturbed);
    return () => {
      window.removeEventListener('focus', disturbed);
      window.removeEventListener('blur', disturbed);
      document.removeEventListener('visibilitychange', disturbed);
    };
  }, []);
  return count;
}
