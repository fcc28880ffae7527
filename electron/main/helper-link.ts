/** Keeps the connection to the helper: makes it, makes it anew when it ends, and says how it stands. */
import { type ConnectError, connect, type HelperClient, type SequencedEvent } from '../../client/index.ts';
import type { Link } from '../../core/protocol/desktop.ts';
import type { Result } from '../../core/result.ts';
import { distrustPlace, type SocketPlace } from './socket-place.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 3000;

export interface LinkEvents {
  connected(client: HelperClient): void;
  happened(event: SequencedEvent): void;
  /** There is none, or none any more. */
  disconnected(link: Exclude<Link, { state: 'connected' }>): void;
}

export interface LinkOptions {
  readonly place: SocketPlace;
  readonly version: string;
  /** For tests. */
  readonly connect?: typeof connect;
  readonly distrust?: typeof distrustPlace;
}

export class HelperLink {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  #client: HelperClient | null = null;
  /** Of the attempt that counts; what an older one brings is dropped. */
  #attempt = 0;
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | null = null;
  #lostSince: string | null = null;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** The connection as it stands, or null. */
  get client(): HelperClient | null {
    return this.#client;
  }

  start(): void {
    this.#attempt += 1;
    void this.#try(this.#attempt);
  }

  stop(): void {
    this.#attempt += 1;
    if (this.#timer) clearTimeout(this.#timer);
    this.#client?.close();
    this.#client = null;
  }

  async #try(attempt: number): Promise<void> {
    const made = await this.#connect();
    if (attempt !== this.#attempt) {
      if (made.ok) made.value.close();
      return;
    }
    if (!made.ok) return this.#without(made.error);
    const client = made.value;
    this.#client = client;
    this.#pause = FIRST_PAUSE_MS;
    this.#lostSince = null;
    this.#events.connected(client);
    client.onEvent((event) => {
      if (attempt === this.#attempt) this.#events.happened(event);
    });
    const reason = await client.ended;
    if (attempt !== this.#attempt) return;
    this.#client = null;
    this.#lostSince = new Date().toISOString();
    if (reason) this.#without(reason);
  }

  async #connect(): Promise<Result<HelperClient, ConnectError>> {
    const { place, version, connect: reach = connect, distrust = distrustPlace } = this.#options;
    const wrong = distrust(place);
    if (wrong !== null) {
      const remedy = 'Install Ringfence anew, then start its helper as root.';
      return { ok: false, error: { code: 'forbidden', message: wrong, remedy } };
    }
    return reach({ socketPath: place.path, client: { name: 'ringfence-desktop', version } });
  }

  #without(error: ConnectError): void {
    this.#events.disconnected(linkAfter(error, this.#lostSince));
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#timer = setTimeout(() => void this.#try(attempt), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}

/** What a failed attempt means to a person. `lostSince`: when there was a helper last, if there has been one. */
export function linkAfter(error: ConnectError, lostSince: string | null): Exclude<Link, { state: 'connected' }> {
  const { message, remedy } = error;
  switch (error.code) {
    case 'incompatible':
      return { state: 'incompatible', message, remedy };
    case 'forbidden':
    case 'refused':
      return { state: 'denied', message, remedy };
    case 'not-running':
      return lostSince === null
        ? { state: 'absent', message, remedy }
        : { state: 'lost', since: lostSince, message, remedy };
    case 'no-answer':
    case 'lost':
      return { state: 'lost', since: lostSince ?? new Date().toISOString(), message, remedy };
  }
}
