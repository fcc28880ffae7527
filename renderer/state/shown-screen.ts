import { createContext, useContext, useSyncExternalStore } from 'react';
import type { DesktopBridge, Screen } from '../../core/protocol/desktop.ts';

export type ShownScreen = {
  readonly read: () => Screen;
  readonly show: (screen: Screen) => void;
  readonly subscribe: (changed: () => void) => () => void;
};

/** The screen that is shown, as main or the person last wished. Main may wish it before anything is drawn. */
export function createShownScreen(bridge: DesktopBridge): ShownScreen {
  let shown: Screen = 'approvals';
  const subscribers = new Set<() => void>();
  const show = (screen: Screen): void => {
    shown = screen;
    for (const changed of subscribers) changed();
  };
  bridge.listen('screen', show);
  return {
    read: () => shown,
    show,
    subscribe(changed) {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}

const ShownScreenContext = createContext<ShownScreen | null>(null);
export const ShownScreenProvider = ShownScreenContext.Provider;

export function useShownScreen(): readonly [Screen, (screen: Screen) => void] {
  const shown = useContext(ShownScreenContext);
  if (shown === null) throw new Error('a window stands outside of its screens');
  return [useSyncExternalStore(shown.subscribe, shown.read), shown.show];
}
