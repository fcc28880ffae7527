import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { DesktopAnswer, DesktopBridge } from '../../core/protocol/desktop.ts';
import type { ManifestView } from '../../core/protocol/manifest.ts';
import type { SessionId } from '../../core/protocol/scalars.ts';
import type { Draft } from '../screens/manifest/draft.ts';
import { isCurrent, useDesktop } from './use-desktop.ts';

/** A manifest, or why it cannot be shown; undefined: not asked yet, or under way. */
export type KnownManifest = DesktopAnswer<ManifestView> | undefined;

/** Manifests of sessions as they were last read, and drafts of them that nobody signed yet. Outlives every screen. */
export type ManifestShelf = {
  readonly read: (session: SessionId) => KnownManifest;
  /** Reads it unless that was done, or is under way. */
  readonly want: (session: SessionId) => void;
  /** Reads it anew. */
  readonly renew: (session: SessionId) => void;
  readonly draft: (session: SessionId) => Draft | null;
  readonly keepDraft: (session: SessionId, draft: Draft | null) => void;
  readonly subscribe: (changed: () => void) => () => void;
};

/** The helper reads one manifest at a time for each user, so they are asked for one after another. */
export function createManifestShelf(bridge: DesktopBridge): ManifestShelf {
  const known = new Map<SessionId, KnownManifest>();
  const drafts = new Map<SessionId, Draft>();
  const subscribers = new Set<() => void>();
  let last: Promise<void> = Promise.resolve();
  const tell = (): void => {
    for (const changed of subscribers) changed();
  };
  const fetch = (session: SessionId): void => {
    last = last.then(async () => {
      known.set(session, await bridge.call('manifest.get', { session }));
      tell();
    });
  };
  return {
    read: (session) => known.get(session),
    want(session) {
      if (known.get(session)?.ok === false) return fetch(session);
      if (known.has(session)) return;
      known.set(session, undefined);
      fetch(session);
    },
    renew: fetch,
    draft: (session) => drafts.get(session) ?? null,
    keepDraft(session, draft) {
      if (draft === null) drafts.delete(session);
      else drafts.set(session, draft);
      tell();
    },
    subscribe(changed) {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}

const ShelfContext = createContext<ManifestShelf | null>(null);
export const ManifestShelfProvider = ShelfContext.Provider;

export function useManifestShelf(): ManifestShelf {
  const shelf = useContext(ShelfContext);
  if (shelf === null) throw new Error('a screen stands outside of the manifests');
  return shelf;
}

/** The manifest of a session, asked for when first looked at. */
export function useManifest(session: SessionId): KnownManifest {
  const shelf = useManifestShelf();
  const connected = isCurrent(useDesktop().link);
  // One that failed while the helper was away is asked for again when it is back.
  useEffect(() => {
    if (connected) shelf.want(session);
  }, [shelf, session, connected]);
  return useSyncExternalStore(shelf.subscribe, () => shelf.read(session));
}

/** The draft somebody is working on; null: none. */
export function useDraft(session: SessionId): Draft | null {
  const shelf = useManifestShelf();
  return useSyncExternalStore(shelf.subscribe, () => shelf.draft(session));
}
