import { type AuditEntry, type AuditFilter, matchesFilter } from '../../../core/protocol/audit.ts';
import type { DesktopBridge, DesktopError } from '../../../core/protocol/desktop.ts';
import { auditFilterOf, type HistoryFilter, matchesText } from './filter.ts';
import { LEAST_WIDTH, nextWidth, olderStretch, restOf, type Stretch } from './windows.ts';

const PAGE = 500;
/** Numbers looked at without a find before the reader waits to be told to go on. */
const PATIENCE = 20_000;

/** What is known of the log under one filter. */
export type Reading = {
  /** What passes the filter, the newest first. */
  readonly entries: readonly AuditEntry[];
  /** `waiting`: much was read and little found, so a person has to say whether to read on. */
  readonly is: 'reading' | 'resting' | 'waiting' | 'complete' | 'failed';
  /** Every record from this number on has been looked at; null: none yet. */
  readonly oldest: number | null;
  readonly error: DesktopError | null;
};

/** Reads the log backwards, stretch by stretch, as far as somebody wants to see. */
export class HistoryReader {
  #reading: Reading = { entries: [], is: 'reading', oldest: null, error: null };
  readonly #bridge: DesktopBridge;
  readonly #filter: HistoryFilter;
  readonly #audit: AuditFilter;
  readonly #subscribers = new Set<() => void>();
  #wanted = PAGE;
  #width = LEAST_WIDTH;
  #limit = PAGE;
  #patience = PATIENCE;
  #busy = false;
  #stopped = false;

  constructor(bridge: DesktopBridge, filter: HistoryFilter) {
    this.#bridge = bridge;
    this.#filter = filter;
    this.#audit = auditFilterOf(filter);
    void this.#run();
  }

  readonly read = (): Reading => this.#reading;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#subscribers.add(changed);
    return () => this.#subscribers.delete(changed);
  };

  /** Reads further back until there are this many entries. */
  want(count: number): void {
    this.#wanted = Math.max(this.#wanted, count);
    if (this.#reading.is === 'resting') void this.#run();
  }

  /** Goes on although little was found, or the last attempt failed. */
  insist(): void {
    this.#patience = PATIENCE;
    void this.#run();
  }

  /** Records that were written meanwhile. */
  take(written: readonly AuditEntry[]): void {
    this.#add(written, {});
  }

  /** Reads what was written while nobody told. */
  async catchUp(): Promise<void> {
    const newest = this.#reading.entries[0]?.record.seq;
    if (newest === undefined) return this.insist();
    await this.#readStretch({ afterSeq: newest, beforeSeq: Number.POSITIVE_INFINITY });
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    this.#set({ is: 'reading', error: null });
    let going = this.#reading.oldest !== null || (await this.#readLast());
    while (going && this.#isWanting()) going = await this.#readOlder();
    this.#busy = false;
    if (!going) this.#set({ is: 'failed' });
    else if (this.#reading.oldest === 1) this.#set({ is: 'complete' });
    else this.#set({ is: this.#patience > 0 ? 'resting' : 'waiting' });
  }

  #isWanting(): boolean {
    const { oldest, entries } = this.#reading;
    return !this.#stopped && oldest !== null && oldest > 1 && entries.length < this.#wanted && this.#patience > 0;
  }

  async #readLast(): Promise<boolean> {
    const page = await this.#ask(undefined);
    if (page === null) return false;
    // Fewer than asked for: there are no others.
    const oldest = page.entries.length < page.limit ? 1 : (page.entries[0]?.record.seq ?? 1);
    this.#add(page.entries, { oldest });
    return true;
  }

  async #readOlder(): Promise<boolean> {
    const stretch = olderStretch(this.#reading.oldest ?? 1, this.#width);
    if (stretch === null) return true;
    const before = this.#reading.entries.length;
    if (!(await this.#readStretch(stretch))) return false;
    const found = this.#reading.entries.length - before;
    this.#patience = found > 0 ? PATIENCE : this.#patience - this.#width;
    this.#width = nextWidth(this.#width, found);
    this.#set({ oldest: stretch.afterSeq + 1 });
    return true;
  }

  async #readStretch(whole: Stretch): Promise<boolean> {
    for (let stretch: Stretch | null = whole; stretch !== null; ) {
      const page = await this.#ask(stretch.afterSeq);
      if (page === null) return false;
      this.#add(page.entries, {});
      stretch = restOf(stretch, page.next);
    }
    return true;
  }

  /** One page, smaller where records are too large to be sent together; null: it failed. */
  async #ask(afterSeq: number | undefined): Promise<Page | null> {
    const limit = this.#limit;
    const from = afterSeq === undefined ? {} : { afterSeq };
    const answer = await this.#bridge.call('audit.page', { ...this.#audit, ...from, limit });
    if (answer.ok) return { entries: answer.value.entries as AuditEntry[], next: answer.value.next, limit };
    if (answer.error.code === 'response-too-large' && limit > 1) {
      this.#limit = Math.ceil(limit / 4);
      return this.#ask(afterSeq);
    }
    this.#set({ error: answer.error });
    return null;
  }

  #add(entries: readonly AuditEntry[], more: Partial<Reading>): void {
    const passed = entries.filter(
      (entry) => matchesFilter(entry, this.#audit) && matchesText(entry, this.#filter.text),
    );
    this.#set({ ...more, entries: merged(this.#reading.entries, passed) });
  }

  #set(more: Partial<Reading>): void {
    this.#reading = { ...this.#reading, ...more };
    for (const changed of this.#subscribers) changed();
  }
}

type Page = { readonly entries: AuditEntry[]; readonly next: number | null; readonly limit: number };

/** Both together, the newest first, each record once. */
export function merged(known: readonly AuditEntry[], more: readonly AuditEntry[]): readonly AuditEntry[] {
  const seen = new Set(known.map(({ record }) => record.seq));
  const fresh = more.filter(({ record }) => !seen.has(record.seq));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => b.record.seq - a.record.seq);
}
