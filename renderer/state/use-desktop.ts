import { createContext, useContext } from 'react';
import type { DesktopState, Link } from '../../core/protocol/desktop.ts';
import type { Session } from '../../core/protocol/session.ts';

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

/** Those that run and are only audited, so that nobody takes them for guarded. */
export function auditedSessions(sessions: readonly Session[]): Session[] {
  return running(sessions).filter(({ mode }) => mode === 'audit');
}

export function running(sessions: readonly Session[]): Session[] {
  return sessions.filter(({ endedAt }) => endedAt === null);
}

/** Whether agents are held to anything at this moment, as far as it is known. */
export function isEnforcing(link: Link): boolean {
  return link.state === 'connected' && link.enforcement.state === 'enforcing';
}
