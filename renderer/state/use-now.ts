import { useEffect, useState } from 'react';

/** The time, read again at every interval. Null stops the clock. */
export function useNow(interval: number | null = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (interval === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}
