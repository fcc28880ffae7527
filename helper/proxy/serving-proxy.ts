/** A session's proxy while it serves: one that ends before its session does is started again at the same port. */
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';
import type { FromProxy } from './message.ts';
import { type ProxyLaunch, ProxyProcess } from './proxy-process.ts';

/** What is written down of a session's proxy, to have it again after a restart of the helper. */
export type ProxyPlace = { readonly port: number; readonly authorization: string };

export type ProxyDuty = {
  readonly place: ProxyPlace;
  readonly names: readonly ProxiedName[];
  readonly refused: (refusal: Extract<FromProxy, { kind: 'refused' }>) => void;
  /** It is gone, or cannot begin: until it has come back the session reaches no names. */
  readonly lost: (why: string) => void;
};

/** Milliseconds until it is started again, more each time. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

export class ServingProxy {
  readonly #launch: ProxyLaunch;
  readonly #duty: ProxyDuty;
  #process: ProxyProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  #ended = false;

  /** `process`: it listens already; null: there is none yet. */
  constructor(launch: ProxyLaunch, duty: ProxyDuty, process: ProxyProcess | null) {
    this.#launch = launch;
    this.#duty = duty;
    if (process) this.#serve(process);
    else void this.#start();
  }

  end(): void {
    this.#ended = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#process?.end();
  }

  async #start(): Promise<void> {
    const { port, authorization } = this.#duty.place;
    const process = new ProxyProcess(this.#launch);
    this.#process = process;
    const listening = await process.listen(port, authorization, this.#launch.readyWithin);
    if (this.#ended) process.end();
    else if (listening.ok) this.#serve(process);
    else this.#later(listening.error);
  }

  #serve(process: ProxyProcess): void {
    this.#process = process;
    process.onEnded(() => this.#later('it has ended'));
    process.onRefused(this.#duty.refused);
    process.serve(this.#duty.names);
  }

  #later(why: string): void {
    if (this.#ended) return;
    this.#process = null;
    this.#duty.lost(why);
    this.#timer = setTimeout(() => void this.#start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
