/** The proxies of sessions: reserved before the agent starts, as its environment names them, then bound to its session. */
import { randomBytes } from 'node:crypto';
import type { ProxiedName } from '../../core/proxy/proxied-names.ts';
import { failure, type Result, success } from '../../core/result.ts';
import type { FromProxy } from './message.ts';
import { type ProxyLaunch, ProxyProcess } from './proxy-process.ts';

/** What is written down of a session's proxy, to have it again after a restart of the helper. */
export type ProxyPlace = { readonly port: number; readonly authorization: string };

type Refused = (refusal: Extract<FromProxy, { kind: 'refused' }>) => void;
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
  readonly #serving = new Map<number, ProxyProcess>();

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
    const timer = setTimeout(() => this.#forget(port), RESERVED_MS).unref();
    this.#reserved.set(port, { port, authorization, uid, process, timer });
    return success({ port, url: `http://${USER}:${password}@127.0.0.1:${port}` });
  }

  /** Whether the user may use it for a session that begins. */
  isReserved(port: number, uid: number): boolean {
    return this.#reserved.get(port)?.uid === uid;
  }

  /** From now on it serves these names, until `end`. Null when it is not reserved any more. */
  serve(port: number, names: readonly ProxiedName[], refused: Refused): ProxyPlace | null {
    const reservation = this.#reserved.get(port);
    if (!reservation) return null;
    clearTimeout(reservation.timer);
    this.#reserved.delete(port);
    this.#begin(reservation.port, reservation.process, names, refused);
    return { port, authorization: reservation.authorization };
  }

  /** Of a session that an earlier run of the helper has begun. False: its port is taken, and the session reaches no names. */
  async restore(
    { port, authorization }: ProxyPlace,
    names: readonly ProxiedName[],
    refused: Refused,
  ): Promise<boolean> {
    const process = new ProxyProcess(this.#launch);
    const listening = await process.listen(port, authorization, this.#launch.readyWithin);
    if (listening.ok) this.#begin(port, process, names, refused);
    return listening.ok;
  }

  end(port: number): void {
    this.#serving.get(port)?.end();
    this.#serving.delete(port);
  }

  #begin(port: number, process: ProxyProcess, names: readonly ProxiedName[], refused: Refused): void {
    process.onRefused(refused);
    process.serve(names);
    this.#serving.set(port, process);
  }

  #forget(port: number): void {
    this.#reserved.get(port)?.process.end();
    this.#reserved.delete(port);
  }
}
