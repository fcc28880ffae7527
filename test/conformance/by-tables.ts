/** What the compiled tables answer, read as the programs in bpf/ read them: walk.h, verdict.h, files.h, network.h. */
import type { Told } from '../../core/names/history.ts';
import { parseAddress } from '../../core/policy/network-address.ts';
import { utf8 } from '../../core/policy/pattern/bytes.ts';
import type { Policy } from '../../core/policy/rule.ts';
import type { PolicyTables } from '../../core/policy/tables.ts';
import {
  operationCode,
  type PathOperation,
  PROTOCOL_NUMBERS,
  type Reason,
  type Verdict,
  type VerdictWord,
  verdictCode,
  verdictOf,
} from '../../core/policy/vocabulary.ts';
import { answerOf, walkTables } from '../../core/policy/walk-tables.ts';
import { LearnedNames } from './learned-names.ts';
import type { Question } from './question.ts';
import type { Names, World } from './world.ts';

/** A verdict before `onViolation` has its say. */
type Raw = { readonly verdict: Exclude<VerdictWord, 'none'>; readonly reason: Reason; readonly rule: number };

type Resolved = { readonly state: number; readonly raw: Raw; readonly records: number };

export type TableAnswer = {
  readonly verdict: Verdict;
  readonly reason: Reason;
  readonly rule: number;
  readonly records: number;
};

/** `struct rf_session`. */
type Counters = { processes: number; bytesSent: number; minute: number; deletions: number };

const RAW_ALLOW: Raw = { verdict: 'allow', reason: 'rule', rule: 0 };
const MILLISECONDS_IN_MINUTE = 60_000;

export class TableReader {
  #tables: PolicyTables;
  readonly #policy: Policy;
  readonly #device: number;
  readonly #names: LearnedNames;
  readonly #counters: Counters = { processes: 1, bytesSent: 0, minute: 0, deletions: 0 };

  constructor(policy: Policy, world: World, tables: PolicyTables, told: readonly Told[]) {
    this.#policy = policy;
    this.#names = new LearnedNames(told);
    this.#tables = tables;
    this.#device = world.mounts[0]?.device ?? 0;
  }

  /** From now on other tables of the same policy, after mounts have changed. */
  replaceTables(tables: PolicyTables): void {
    this.#tables = tables;
  }

  answer(question: Question): TableAnswer {
    const { raw, records } = this.#answer(question);
    const verdict = raw.verdict === 'block' ? this.#policy.onViolation : raw.verdict;
    return { ...raw, verdict, records: verdict === 'allow' ? records : 0 };
  }

  processesGone(count: number): void {
    this.#counters.processes -= count;
  }

  #answer(question: Question): { raw: Raw; records: number } {
    switch (question.kind) {
      case 'object': {
        const { raw, records } = this.#resolve(question.names, question.operations);
        return { raw, records: question.reports === 'all' || raw.reason === 'audit-mode' ? records : 0 };
      }
      case 'link': {
        const source = this.#resolve(question.names, ['write']);
        const target = this.#resolve(question.other, ['create']);
        if (verdictCode(source.raw.verdict) > verdictCode('require_approval')) return source;
        return concludePair(source, target);
      }
      case 'rename': {
        const source = this.#resolve(question.names, ['delete']);
        const target = this.#resolve(question.other, question.targetExists ? ['create', 'delete'] : ['create']);
        return question.directory ? this.#compareEnds(source, target) : concludePair(source, target);
      }
      case 'address':
        return { raw: this.#address(question), records: 1 };
      case 'limit':
        return { raw: this.#limit(question), records: 0 };
    }
  }

  /** `resolve` and `read_accept`. */
  #resolve(names: Names, operations: readonly PathOperation[]): Resolved {
    const state = walkTables(this.#tables, this.#device, names.map(utf8));
    const answers = operations.map((operation) => ({ operation, ...this.#undeclared(state, operation) }));
    const worst = Math.max(...answers.map(({ verdict }) => verdictCode(verdict)));
    const deciding = answers
      .filter(({ verdict }) => verdictCode(verdict) === worst)
      .sort(
        (a, b) =>
          Number(a.rule === 0) - Number(b.rule === 0) || operationCode(a.operation) - operationCode(b.operation),
      );
    const { verdict, reason, rule } = deciding[0] ?? { verdict: 'block', reason: 'no-rule', rule: 0 };
    return { state, raw: { verdict, reason, rule }, records: answers.every(({ silent }) => silent) ? 0 : 1 };
  }

  #undeclared(state: number, operation: PathOperation): Raw & { silent: boolean } {
    const { verdict, rule, silent } = answerOf(this.#tables, state, operation);
    if (verdict !== 'none') return { verdict, reason: 'rule', rule, silent };
    return { ...this.#silence(operation), silent };
  }

  #silence(operation: PathOperation | 'listen'): Raw {
    const { asks, audits } = this.#policy.undeclared;
    if (asks.includes(operation)) return { verdict: 'require_approval', reason: 'no-rule', rule: 0 };
    if (audits.includes(operation)) return { verdict: 'allow', reason: 'audit-mode', rule: 0 };
    return { verdict: 'block', reason: 'no-rule', rule: 0 };
  }

  /** `compare_ends`: a directory may move only to where the policy below it stays the same. */
  #compareEnds(source: Resolved, target: Resolved): { raw: Raw; records: number } {
    const { residual, strictest } = this.#tables.nodes;
    const concluded = concludePair(source, target);
    if (residual[source.state] === residual[target.state]) return concluded;
    const worst = Math.max(strictest[source.state] ?? 0, strictest[target.state] ?? 0);
    if (worst <= verdictCode(concluded.raw.verdict)) return concluded;
    const verdict = verdictOf(worst);
    if (verdict === null || verdict === 'none') throw new Error(`no state has the strictest verdict ${worst}`);
    return { raw: { verdict, reason: 'directory-move', rule: 0 }, records: concluded.records };
  }

  /** `read_names`: names add to what the addresses' own rules say, and the strictest counts. */
  #address(question: Question & { kind: 'address' }): Raw {
    const own = this.#destination(question);
    if (question.operation !== 'connect') return own;
    const { ruling, reason } = this.#names.read(this.#tables.names, question);
    if (ruling === null) {
      const isPlain = own.reason === 'no-rule' && own.verdict === 'block';
      return isPlain && reason !== null ? { ...own, reason } : own;
    }
    const [mine, theirs] = [verdictCode(own.verdict), verdictCode(ruling.verdict)];
    const isStricter = mine < theirs || (mine === theirs && ruling.rule < own.rule);
    return own.reason !== 'rule' || isStricter ? { ...ruling, reason: 'rule' } : own;
  }

  /** The longest prefix that fits, as the trie finds it, and in it the first range that fits. */
  #destination({ operation, request }: Question & { kind: 'address' }): Raw {
    const { address, prefixLength, ranges } = this.#tables.destinations;
    const asked = parseAddress(request.address);
    if (asked === null) throw new Error(`“${request.address}” is no address`);
    let longest = -1;
    let found: PolicyTables['destinations']['ranges'][number] = [];
    prefixLength.forEach((length, index) => {
      if (length <= longest || !sharesBits(asked, address.subarray(index * 16, index * 16 + 16), length)) return;
      longest = length;
      found = ranges[index] ?? [];
    });
    const range = found.find(
      (one) =>
        one.operation === operationCode(operation) &&
        one.low <= request.port &&
        request.port <= one.high &&
        (one.protocol === 0 || one.protocol === PROTOCOL_NUMBERS[request.protocol]),
    );
    if (range === undefined) return this.#silence(operation);
    const verdict = verdictOf(range.verdict);
    if (verdict === null || verdict === 'none') throw new Error(`a destination has the verdict ${range.verdict}`);
    return { verdict, reason: 'rule', rule: range.rule };
  }

  #limit({ spending }: Question & { kind: 'limit' }): Raw {
    const { deletionsPerMinute, processes, bytesSent } = this.#policy.limits;
    const counters = this.#counters;
    switch (spending.kind) {
      case 'deletion': {
        const minute = Math.floor(spending.at / MILLISECONDS_IN_MINUTE);
        if (counters.minute !== minute) Object.assign(counters, { minute, deletions: 0 });
        if (deletionsPerMinute !== null && counters.deletions + 1 > deletionsPerMinute)
          return beyond('limit-deletions');
        counters.deletions += 1;
        return RAW_ALLOW;
      }
      case 'process':
        if (processes !== null && counters.processes + 1 > processes) return beyond('limit-processes');
        counters.processes += 1;
        return RAW_ALLOW;
      case 'bytes':
        if (bytesSent !== null && counters.bytesSent + spending.bytes > bytesSent) return beyond('limit-bytes');
        counters.bytesSent += spending.bytes;
        return RAW_ALLOW;
    }
  }
}

function beyond(reason: Reason): Raw {
  return { verdict: 'block', reason, rule: 0 };
}

/** `conclude_pair`. */
function concludePair(source: Resolved, target: Resolved): { raw: Raw; records: number } {
  const isTargets = verdictCode(target.raw.verdict) > verdictCode(source.raw.verdict);
  return { raw: isTargets ? target.raw : source.raw, records: source.records + target.records };
}

function sharesBits(one: Uint8Array, other: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 1) {
    const mask = 0x80 >> (bit & 7);
    if (((one[bit >> 3] ?? 0) & mask) !== ((other[bit >> 3] ?? 0) & mask)) return false;
  }
  return true;
}
