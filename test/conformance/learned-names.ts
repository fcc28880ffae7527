/** Rules on names as the programs in bpf/ read their tables: what is learned of an answer (answers.h), and what it opens (names.h). */
import { scopeOf } from '../../core/names/address-scope.ts';
import type { Told } from '../../core/names/history.ts';
import { wireName } from '../../core/names/host-name.ts';
import { LEARNING } from '../../core/names/learning.ts';
import { parseAddress } from '../../core/policy/network-address.ts';
import type { NameTables } from '../../core/policy/tables.ts';
import { operationCode, PROTOCOL_NUMBERS, type Reason, verdictCode, verdictOf } from '../../core/policy/vocabulary.ts';
import type { Question } from './question.ts';

/** What the names that lead to an address say of it, and why others do not that would let it pass. */
export type NameReading = {
  readonly ruling: { readonly verdict: 'allow' | 'require_approval' | 'block' | 'kill'; readonly rule: number } | null;
  readonly reason: Extract<Reason, 'private-address' | 'name-expired'> | null;
};

const MILLISECONDS = 1000;
const CONNECT = operationCode('connect');

export class LearnedNames {
  readonly #waiting: Told[];
  /** Until when each host counts, by address. */
  readonly #known = new Map<string, Map<number, number>>();

  constructor(told: readonly Told[]) {
    this.#waiting = told.toSorted((a, b) => a.atSeconds - b.atSeconds);
  }

  read(tables: NameTables, { request, at }: Question & { kind: 'address' }): NameReading {
    this.#learn(tables, at);
    const address = parseAddress(request.address) as Uint8Array;
    const scope = scopeOf(address);
    let ruling: NameReading['ruling'] = null;
    let reason: NameReading['reason'] = null;
    for (const [number, until] of this.#known.get(address.join()) ?? []) {
      const host = tables.hosts[number - 1];
      const range = host?.ranges.find(
        (one) =>
          one.operation === CONNECT &&
          one.low <= request.port &&
          request.port <= one.high &&
          (one.protocol === 0 || one.protocol === PROTOCOL_NUMBERS[request.protocol]),
      );
      if (host === undefined || range === undefined) continue;
      const isGrant = range.verdict <= verdictCode('require_approval');
      if (isGrant && !host.scopes.includes(scope)) reason = 'private-address';
      else if (at >= until) reason ??= isGrant ? 'name-expired' : null;
      else ruling = stricter(ruling, range);
    }
    return { ruling, reason };
  }

  #learn(tables: NameTables, at: number): void {
    for (let next = this.#waiting[0]; next && next.atSeconds * MILLISECONDS <= at; next = this.#waiting[0]) {
      this.#waiting.shift();
      const host = hostOf(tables, wireName(next.name));
      if (host === 0) continue;
      const key = (parseAddress(next.address) as Uint8Array).join();
      const hosts = this.#known.get(key) ?? new Map<number, number>();
      const lasts = Math.min(LEARNING.longestSeconds, Math.max(LEARNING.shortestSeconds, next.seconds));
      hosts.set(host, Math.max(hosts.get(host) ?? 0, (next.atSeconds + lasts) * MILLISECONDS));
      this.#known.set(key, hosts);
    }
  }
}

/** `find_host`: the name itself, then its endings label by label; the first that is there. 0: none. */
function hostOf({ patterns }: NameTables, name: Uint8Array): number {
  for (let at = 0; name[at]; at += (name[at] as number) + 1) {
    const rest = name.subarray(at).join();
    const found = patterns.find((one) => one.ending === at > 0 && one.name.join() === rest);
    if (found) return found.host;
  }
  return 0;
}

type Range = NameTables['hosts'][number]['ranges'][number];

function stricter(ruling: NameReading['ruling'], range: Range): NameReading['ruling'] {
  const verdict = verdictOf(range.verdict);
  if (verdict === null || verdict === 'none') throw new Error(`a host has the verdict ${range.verdict}`);
  const before = ruling === null ? -1 : verdictCode(ruling.verdict);
  if (before > range.verdict || (before === range.verdict && (ruling?.rule ?? 0) < range.rule)) return ruling;
  return { verdict, rule: range.rule };
}
