import { createContext, useContext } from 'react';
import type { Mode } from '../../core/policy/modes.ts';
import type { DesktopState, Link } from '../../core/protocol/desktop.ts';
import { type ModeSettings, weakenings } from '../../core/protocol/modes.ts';
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

/** Those that run and are not held to all of their rules, so that nobody takes them for guarded. */
export function weakSessions(sessions: readonly Session[]): Session[] {
  return running(sessions).filter(({ mode = 'enforce' }) => mode !== 'enforce');
}

/** The most lenient mode that an agent runs in, or could be started in; null: all are held to their rules. */
export function weakestMode(sessions: readonly Session[], modes: ModeSettings): Exclude<Mode, 'enforce'> | null {
  const all = [...weakSessions(sessions).map(({ mode }) => mode), ...weakenings(modes).map(({ mode }) => mode)];
  if (all.includes('audit')) return 'audit';
  return all.includes('permissive') ? 'permissive' : null;
}

export function running(sessions: readonly Session[]): Session[] {
  return sessions.filter(({ endedAt }) => endedAt === null);
}

/** Whether agents are held to anything at this moment, as far as it is known. */
export function isEnforcing(link: Link): boolean {
  return link.state === 'connected' && link.enforcement.state === 'enforcing';
}
