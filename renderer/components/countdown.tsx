import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useNow } from '../state/use-now.ts';
import { clock, dueAnnouncement } from '../text/time.ts';
import './countdown.css';

type Props = {
  readonly from: string;
  readonly until: string;
  readonly words: (left: string) => string;
  /** Said aloud at 30 and 10 seconds; silence when left out. */
  readonly spoken?: (seconds: number) => string;
};

/** A ring that empties, and the time that is left in words. */
export function Countdown({ from, until, words, spoken }: Props): ReactNode {
  const now = useNow();
  const end = Date.parse(until);
  const left = Math.max(0, end - now);
  const whole = Math.max(1, end - Date.parse(from));
  const announcement = useAnnouncement(left);
  return (
    <span className="countdown">
      <svg className="countdown-ring" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        <circle className="countdown-track" cx="10" cy="10" r="8" pathLength="100" />
        <circle
          className="countdown-left"
          cx="10"
          cy="10"
          r="8"
          pathLength="100"
          strokeDasharray={`${Math.min(100, (left / whole) * 100)} 100`}
        />
      </svg>
      <span className="countdown-words" role="timer">
        {words(clock(left))}
      </span>
      {spoken && (
        <span className="visually-hidden" aria-live="assertive">
          {announcement === null ? '' : spoken(announcement)}
        </span>
      )}
    </span>
  );
}

/** The announcement that stands, in seconds. */
function useAnnouncement(left: number): number | null {
  const before = useRef(left);
  const [said, setSaid] = useState<number | null>(null);
  useEffect(() => {
    const due = dueAnnouncement(before.current, left);
    before.current = left;
    if (due !== null) setSaid(due);
  }, [left]);
  return said;
}
