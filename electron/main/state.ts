/** What the windows show, made of the helper's snapshot and events. Pure: every change gives a new state. */
import type { ApprovalOutcome, ApprovalRequest } from '../../core/protocol/approval.ts';
import type { DesktopState, Link } from '../../core/protocol/desktop.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import { type Inbox, NO_INBOX } from '../../core/protocol/everyone.ts';
import type { Snapshot } from '../../core/protocol/methods.ts';
import { NO_MODES } from '../../core/protocol/modes.ts';
import type { Session } from '../../core/protocol/session.ts';

export type Ended = DesktopState['ended'][number];

/** As many as the protocol carries. */
const MOST_ENDED = 20;

export function initialState(about: Pick<DesktopState, 'answering' | 'version' | 'runtime'>): DesktopState {
  return {
    ...about,
    link: { state: 'connecting' },
    sessions: [],
    modes: NO_MODES,
    everyone: null,
    inbox: NO_INBOX,
    approvals: [],
    grants: [],
    ended: [],
  };
}

/** A connection was made: what the helper says replaces what was known. `ended` stays. */
export function connected(state: DesktopState, snapshot: Snapshot, now: string): DesktopState {
  const { helperVersion, enforcement, sessions, approvals, grants, modes = NO_MODES, everyone = null } = snapshot;
  const waiting = new Set(approvals.map(({ id }) => id));
  const gone = state.approvals.filter(({ id }) => !waiting.has(id));
  // a question that the helper has taken up again after its restart has not ended
  const kept = { ...state, ended: state.ended.filter(({ request }) => !waiting.has(request.id)) };
  return {
    ...endAll(kept, gone, 'guard-unavailable', now),
    link: { state: 'connected', helperVersion, enforcement },
    sessions,
    modes,
    everyone,
    inbox: everyone === null ? NO_INBOX : state.inbox,
    approvals,
    grants,
  };
}

/** There is no helper to answer to: nothing can be asked any more, and nothing was allowed. */
export function disconnected(
  state: DesktopState,
  link: Exclude<Link, { state: 'connected' }>,
  now: string,
): DesktopState {
  return {
    ...endAll(state, state.approvals, 'guard-unavailable', now),
    link,
    inbox: NO_INBOX,
    approvals: [],
    grants: [],
  };
}

export function happened(state: DesktopState, event: HelperEvent, now: string): DesktopState {
  switch (event.event) {
    case 'session.started':
    case 'session.changed':
      return { ...state, sessions: [...without(state.sessions, event.data.id), event.data] };
    case 'session.ended':
      return { ...state, sessions: without(state.sessions, event.data.id) };
    case 'approval.asked':
      return { ...state, approvals: replaced(state.approvals, event.data) };
    case 'approval.ended':
      return endAll(
        state,
        state.approvals.filter(({ id }) => id === event.data.id),
        event.data.outcome,
        now,
      );
    case 'grant.made':
      return { ...state, grants: [...without(state.grants, event.data.id), event.data] };
    case 'grant.ended':
      return { ...state, grants: without(state.grants, event.data.id) };
    case 'modes.changed':
      return { ...state, modes: event.data };
    case 'everyone.changed':
      return { ...state, everyone: event.data };
    case 'status':
      if (state.link.state !== 'connected') return state;
      return { ...state, link: { ...state.link, enforcement: event.data.enforcement } };
    case 'inbox.changed': // fetched whole
    case 'decision':
      return state; // the history is fetched page by page
  }
}

export function inboxRefreshed(state: DesktopState, inbox: Inbox): DesktopState {
  return { ...state, inbox };
}

/** Processes and counts of sessions change without an event. */
export function sessionsRefreshed(state: DesktopState, sessions: readonly Session[]): DesktopState {
  return { ...state, sessions: [...sessions] };
}

/** Moves questions to what ended, newest first. */
function endAll(
  state: DesktopState,
  requests: readonly ApprovalRequest[],
  outcome: ApprovalOutcome,
  endedAt: string,
): DesktopState {
  if (requests.length === 0) return state;
  const over = new Set(requests.map(({ id }) => id));
  const ended: Ended[] = requests.map((request) => ({ request, outcome, endedAt }));
  return {
    ...state,
    approvals: state.approvals.filter(({ id }) => !over.has(id)),
    ended: [...ended, ...state.ended.filter(({ request }) => !over.has(request.id))].slice(0, MOST_ENDED),
  };
}

function without<T extends { readonly id: unknown }>(list: readonly T[], id: T['id']): T[] {
  return list.filter((each) => each.id !== id);
}

/** In place where it is known: what is on screen does not jump. */
function replaced<T extends { readonly id: unknown }>(list: readonly T[], item: T): T[] {
  return list.some(({ id }) => id === item.id)
    ? list.map((each) => (each.id === item.id ? item : each))
    : [...list, item];
}
