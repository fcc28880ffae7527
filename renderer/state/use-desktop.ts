import { createContext, useContext } from 'react';
import type { DesktopState, Link } from '../../core/protocol/desktop.ts';

const DesktopContext = createContext<DesktopState | null>(null);
export const DesktopProvider = DesktopContext.Provider;

/** The state that every screen is drawn from. */
export function useDesktop(): DesktopState {
  const state = useContext(DesktopContext);
  if (state === null) throw new Error('a screen stands outside of the state');
  return state;
}

/** Whether what is known of agents, questions and grants is what is so now. */
export function isCurrent(link: Link): boolean {
  return link.state === 'connected';
}

/** Whether agents are held to anything at this moment, as far as it is known. */
export function isEnforcing(link: Link): boolean {
  return link.state === 'connected' && link.enforcement.state === 'enforcing';
}
