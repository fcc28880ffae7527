import { createContext, useContext } from 'react';
import type { DesktopBridge } from '../core/protocol/desktop.ts';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly ringfence?: DesktopBridge;
  }
}

const BridgeContext = createContext<DesktopBridge | null>(null);
export const BridgeProvider = BridgeContext.Provider;

/** All that a window can ask of the main process. */
export function useBridge(): DesktopBridge {
  const bridge = useContext(BridgeContext);
  if (bridge === null) throw new Error('a component stands outside of the bridge');
  return bridge;
}
