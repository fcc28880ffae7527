import { useEffect } from 'react';

/** Share of what is in sight that one key moves on. */
const STEP = 0.8;

/** Page Up and Page Down move what is asked, wherever the focus is: the buttons stand outside of what scrolls. */
export function useScrollKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const direction = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : 0;
      const box = [...document.querySelectorAll('[data-scrolls]')].find(
        ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight,
      );
      if (direction === 0 || box === undefined) return;
      event.preventDefault();
      box.scrollBy({ top: direction * STEP * box.clientHeight });
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
