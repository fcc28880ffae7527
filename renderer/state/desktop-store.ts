import type { DesktopBridge, DesktopError, DesktopState } from '../../core/protocol/desktop.ts';

/** What a window knows: nothing yet, why it will not know, or the state. */
export type Known =
  | { readonly is: 'loading' }
  | { readonly is: 'failed'; readonly error: DesktopError }
  | { readonly is: 'known'; readonly state: DesktopState };

export type DesktopStore = {
  readonly read: () => Known;
  readonly subscribe: (changed: () => void) => () => void;
};

/** Listens first and asks then, so that nothing falls between the two; an event is newer than any answer. */
export function createDesktopStore(bridge: DesktopBridge): DesktopStore {
  let known: Known = { is: 'loading' };
  const subscribers = new Set<() => void>();
  const learn = (next: Known): void => {
    known = next;
    for (const changed of subscribers) changed();
  };
  bridge.listen('state', (state) => learn({ is: 'known', state }));
  void bridge.call('state', {}).then((answer) => {
    if (known.is !== 'known')
      learn(answer.ok ? { is: 'known', state: answer.value } : { is: 'failed', error: answer.error });
  });
  return {
    read: () => known,
    subscribe(changed) {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}
