import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef } from 'react';
import type { AuditEntry } from '../../../core/protocol/audit.ts';
import { Button } from '../../components/button.tsx';
import { useNow } from '../../state/use-now.ts';
import { text } from '../../text/en.ts';
import type { HistoryReader, Reading } from './reader.ts';
import { RecordRow } from './record-row.tsx';

/** Height of a row; see history.css. */
const ROW = 56;
/** Rows below the last one in sight at which older records are read. */
const AHEAD = 60;

type Props = {
  readonly reader: HistoryReader;
  readonly reading: Reading;
  readonly chosen: number | null;
  readonly choose: (seq: number) => void;
};

/** The records, of which only those in sight are drawn. The newest are on top; what is read stays where it is. */
export function RecordList({ reader, reading, chosen, choose }: Props): ReactNode {
  const { entries } = reading;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const now = useNow(60_000);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (index) => entries[index]?.record.seq ?? index,
  });
  const drawn = rows.getVirtualItems();
  const lowest = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lowest + AHEAD > entries.length) reader.want(entries.length + 2 * AHEAD);
  }, [reader, lowest, entries.length]);
  useAnchor(box, entries);

  const active = entries.findIndex(({ record }) => record.seq === chosen);
  const go = (to: number): void => {
    const next = entries[Math.max(0, Math.min(entries.length - 1, to))];
    if (next === undefined) return;
    choose(next.record.seq);
    rows.scrollToIndex(entries.indexOf(next));
  };
  const isDrawn = drawn.some(({ index }) => index === active);
  return (
    <div className="records">
      <div
        ref={box}
        className="records-box"
        role="listbox"
        aria-label={text.history.list}
        aria-activedescendant={isDrawn ? `${id}${chosen}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => byKey(event, active, entries.length, go)}
      >
        <div className="records-rows" style={{ height: rows.getTotalSize() }} role="presentation">
          {drawn.map(({ index, start }) => {
            const { record } = entries[index] as AuditEntry;
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the chosen option
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the list
              <div
                key={record.seq}
                id={`${id}${record.seq}`}
                className="record"
                role="option"
                aria-selected={record.seq === chosen}
                aria-posinset={index + 1}
                aria-setsize={reading.is === 'complete' ? entries.length : -1}
                data-kind={record.kind === 'gap' ? 'gap' : undefined}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => choose(record.seq)}
              >
                <RecordRow record={record} now={now} />
              </div>
            );
          })}
        </div>
      </div>
      <ListEnd reader={reader} reading={reading} />
    </div>
  );
}

function byKey(event: KeyboardEvent, active: number, count: number, go: (to: number) => void): void {
  const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / ROW) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active === -1 ? 0 : active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: count - 1,
  };
  const to = steps[event.key];
  if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  go(to);
}

/** Keeps what is in sight in its place when newer records come in above it. */
function useAnchor(box: { readonly current: HTMLElement | null }, entries: readonly AuditEntry[]): void {
  const top = useRef<number | undefined>(undefined);
  const newest = entries[0]?.record.seq;
  const place = useCallback(() => {
    const added = entries.findIndex(({ record }) => record.seq === top.current);
    if (box.current !== null && added > 0 && box.current.scrollTop > 0) box.current.scrollTop += added * ROW;
    top.current = newest;
  }, [box, entries, newest]);
  useEffect(place, [place]);
}

function ListEnd({ reader, reading: { is, oldest } }: Pick<Props, 'reader' | 'reading'>): ReactNode {
  return (
    <p className="records-end" role="status">
      {is === 'reading' && text.history.older}
      {is === 'complete' && text.history.begin}
      {is === 'waiting' && oldest !== null && (
        <>
          {text.history.searchedTo(oldest)}{' '}
          <Button look="quiet" onPress={() => reader.insist()}>
            {text.history.searchOn}
          </Button>
        </>
      )}
    </p>
  );
}
