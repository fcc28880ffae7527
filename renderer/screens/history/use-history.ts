import { useEffect, useState, useSyncExternalStore } from 'react';
import { useBridge } from '../../bridge.ts';
import { isCurrent, useDesktop } from '../../state/use-desktop.ts';
import type { HistoryFilter } from './filter.ts';
import { HistoryReader, type Reading } from './reader.ts';

/** Main tells of new records only some time after the first page was read. */
const SETTLE_MS = 600;

/** The log under a filter, read anew for each filter, and kept up to date. */
export function useHistory(filter: HistoryFilter): { readonly reader: HistoryReader; readonly reading: Reading } {
  const bridge = useBridge();
  const connected = isCurrent(useDesktop().link);
  const [held, hold] = useState(() => ({ filter, reader: new HistoryReader(bridge, filter) }));
  let { reader } = held;
  if (held.filter !== filter) {
    reader = new HistoryReader(bridge, filter);
    hold({ filter, reader });
  }
  useEffect(() => {
    const forget = bridge.listen('records', (written) => reader.take(written));
    return () => {
      forget();
      reader.stop();
    };
  }, [bridge, reader]);
  useEffect(() => {
    if (!connected) return;
    const timer = setTimeout(() => void reader.catchUp(), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [reader, connected]);
  return { reader, reading: useSyncExternalStore(reader.subscribe, reader.read) };
}
