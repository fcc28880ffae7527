/** New records for the windows that show the history: asked of the helper once a window has read a page of it. */
import type { HelperClient } from '../../client/index.ts';
import type { AuditEntry } from '../../core/protocol/audit.ts';

/** Records come in bursts, a window draws a few times a second. */
const COLLECT_MS = 150;
const MOST_AT_ONCE = 1000;

export class HistoryFeed {
  readonly #tell: (entries: AuditEntry[]) => void;
  #wanted = false;
  #subscribed: HelperClient | null = null;
  #collected: AuditEntry[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (entries: AuditEntry[]) => void) {
    this.#tell = tell;
  }

  /** A window has read a page through this connection. */
  async want(client: HelperClient): Promise<void> {
    this.#wanted = true;
    await this.#subscribe(client);
  }

  /** There is a new connection. */
  async resume(client: HelperClient): Promise<void> {
    if (this.#wanted) await this.#subscribe(client);
  }

  /** No window shows it any more. */
  forget(): void {
    this.#wanted = false;
  }

  take(entry: AuditEntry): void {
    if (!this.#wanted) return;
    this.#collected.push(entry);
    this.#timer ??= setTimeout(() => this.#flush(), COLLECT_MS);
  }

  async #subscribe(client: HelperClient): Promise<void> {
    if (this.#subscribed === client) return;
    this.#subscribed = client;
    const answer = await client.call('audit.subscribe', {});
    if (!answer.ok && this.#subscribed === client) this.#subscribed = null;
  }

  #flush(): void {
    this.#timer = null;
    for (let rest = this.#collected.splice(0); rest.length > 0; ) this.#tell(rest.splice(0, MOST_AT_ONCE));
  }
}
