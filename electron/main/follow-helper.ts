/** Keeps the store true to the helper: snapshot, then events, and again after each loss. */
import type { HelperClient } from '../../client/index.ts';
import type { Consent } from './consent.ts';
import type { DesktopStore } from './desktop-store.ts';
import { HelperLink } from './helper-link.ts';
import type { HistoryFeed } from './history-feed.ts';
import type { SocketPlace } from './socket-place.ts';
import { connected, disconnected, happened, inboxRefreshed, sessionsRefreshed } from './state.ts';

/** Processes and counts of sessions change without an event. */
const REFRESH_MS = 3000;

export interface FollowParts {
  readonly store: DesktopStore;
  readonly consent: Consent;
  readonly history: HistoryFeed;
  readonly place: SocketPlace;
  readonly version: string;
  /** Whether anybody looks. */
  readonly isWatched: () => boolean;
}

export function followHelper(parts: FollowParts): HelperLink {
  const { store, consent, history, place, version } = parts;
  const now = () => new Date().toISOString();
  const link = new HelperLink(
    { place, version },
    {
      connected(client) {
        store.change(connected(store.state, client.snapshot, now()));
        if (store.state.answering.state === 'possible') attend(client);
        if (client.snapshot.everyone) void fetchInbox(store, client);
        void history.resume(client);
      },
      happened(event) {
        if (event.event === 'approval.ended') consent.end(event.data.id);
        if (event.event === 'decision') history.take(event.data);
        if (event.event === 'inbox.changed' && link.client) void fetchInbox(store, link.client);
        store.change(happened(store.state, event, now()));
      },
      disconnected(stands) {
        consent.hide();
        store.change(disconnected(store.state, stands, now()));
      },
    },
  );
  setInterval(() => {
    if (link.client && parts.isWatched()) void refresh(store, link.client);
  }, REFRESH_MS);
  return link;
}

/** From here on calls are held for us to ask about. One that cannot answer must not make anybody wait. */
function attend(client: HelperClient): void {
  client.call('approvals.attend', {}).then(
    (answer) => {
      if (!answer.ok) console.error(`calls are not held: ${answer.error.message}`);
    },
    (error: unknown) => console.error('calls are not held:', error),
  );
}

async function refresh(store: DesktopStore, client: HelperClient): Promise<void> {
  const answer = await client.call('session.list', {});
  if (answer.ok) store.change(sessionsRefreshed(store.state, answer.value.sessions));
}

async function fetchInbox(store: DesktopStore, client: HelperClient): Promise<void> {
  const answer = await client.call('everyone.inbox', {});
  if (answer.ok) store.change(inboxRefreshed(store.state, answer.value));
}
