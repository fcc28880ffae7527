import { useEffect } from 'react';

const FOCUSABLE = '[role="tab"][aria-selected="true"], h1[tabindex]';

/** F6 goes on to the next region, Shift+F6 to the one before. */
export function useRegions(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'F6') return;
      event.preventDefault();
      const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
      const here = regions.findIndex((region) => region.contains(document.activeElement));
      const next = regions[nextRegion(here, regions.length, event.shiftKey)];
      if (next !== undefined) entrance(next).focus();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

/** Round and round; from nowhere to the first, or backwards to the last. */
export function nextRegion(here: number, count: number, backwards: boolean): number {
  if (here === -1) return backwards ? count - 1 : 0;
  return (here + (backwards ? count - 1 : 1)) % count;
}

function entrance(region: HTMLElement): HTMLElement {
  return region.querySelector<HTMLElement>(FOCUSABLE) ?? region;
}
