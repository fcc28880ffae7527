import { type ReactNode, useEffect, useRef } from 'react';

/** What the buttons cover at the window's lower edge where all else scrolls; see answer-bar.css. */
const COVERED = '0px 0px -136px 0px';

/** Stands at the end of something that has to be read, and tells when it has come into sight. */
export function EndMark({ onSeen }: { readonly onSeen: () => void }): ReactNode {
  const mark = useRef<HTMLSpanElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    if (mark.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) seen.current();
      },
      { rootMargin: COVERED },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, []);
  return <span ref={mark} aria-hidden="true" className="end-mark" />;
}
