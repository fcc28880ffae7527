/** The proxies of sessions: reserved before the agent starts, as its environment names them, then bound to its session. */
import { randomBytes } from 'node:crypto';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type ProxyLaunch, ProxyProcess } from './proxy-process.ts';
import { type ProxyDuty, type ProxyPlace, ServingProxy } from './serving-proxy.ts';

/** What a session wants to know of its proxy. */
export type ProxyHearer = Pick<ProxyDuty, 'refused' | 'lost'>;
type Reservation = ProxyPlace & {
  readonly uid: number;
  readonly process: ProxyProcess;
  readonly timer: NodeJS.Timeout;
};

/** Milliseconds that a reservation stands. */
const RESERVED_MS = 60_000;
const MOST_RESERVED = 4;
const USER = 'ringfence';

export class Proxies {
  readonly #launch: ProxyLaunch;
  readonly #reserved = new Map<number, Reservation>();
  readonly #serving = new Map<number, ServingProxy>();

  constructor(launch: ProxyLaunch) {
    this.#launch = launch;
  }

  /** A proxy that serves nothing yet; its address with the word that lets a client in. */
  async reserve(uid: number): Promise<Result<{ port: number; url: string }, string>> {
    const own = [...this.#reserved.values()].filter((each) => each.uid === uid).length;
    if (own >= MOST_RESERVED) return failure('other sessions of yours are just starting');
    const password = randomBytes(24).toString('hex');
    const authorization = `Basic ${Buffer.from(`${USER}:${password}`).toString('base64')}`;
    const process = new ProxyProcess(this.#launch);
    const listening = await process.listen(0, authorization, this.#launch.readyWithin);
    if (!listening.ok) return listening;
    const port = listening.value;
    // of a session whose proxy is just not there: it waits for its port
    if (this.#serving.has(port)) {
      process.end();
      return failure('its port is another session’s');
    }
    const timer = setTimeout(() => this.#forget(port), RESERVED_MS).unref();
    this.#reserved.set(port, { port, authorization, uid, process, timer });
    return success({ port, url: `http://${USER}:${password}@127.0.0.1:${port}` });
  }

  /** Whether the user may use it for a session that begins. */
  isReserved(port: number, uid: number): boolean {
    return this.#reserved.get(port)?.uid === uid;
  }

  /** From now on it serves these names, until `end`. Null when it is not reserved any more. */
  serve(port: number, names: readonly ProxiedName[], hearer: ProxyHearer): ProxyPlace | null {
    const reservation = this.#reserved.get(port);
    if (!reservation) return null;
    clearTimeout(reservation.timer);
    this.#reserved.delete(port);
    const place = { port, authorization: reservation.authorization };
    const duty = { place, names, ...hearer };
    this.#serving.set(port, new ServingProxy(this.#launch, duty, reservation.process));
    return place;
  }

  /** Of a session that an earlier run of the helper has begun. Until it listens the session reaches no names. */
  restore(place: ProxyPlace, names: readonly ProxiedName[], hearer: ProxyHearer): void {
    this.#serving.set(place.port, new ServingProxy(this.#launch, { place, names, ...hearer }, null));
  }

  end(port: number): void {
    this.#serving.get(port)?.end();
    this.#serving.delete(port);
  }

  #forget(port: number): void {
    this.#reserved.get(port)?.process.end();
    this.#reserved.delete(port);
  }
}
