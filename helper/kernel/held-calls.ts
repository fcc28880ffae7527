/** Held calls in the pinned tables: questions come out of a ring of their own, answers and grants go into maps. */
import { closeSync, readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { reasonCode, type VerdictWord, verdictCode } from '../../core/policy/vocabulary.ts';
import { kernel } from '../../native/kernel/index.ts';
import { type DecisionEvent, decodeEvent, eventBytes } from './event.ts';
import { grantKey } from './grant-key.ts';
import type { Answer, Asked, GrantScope, GrantTerms, HeldCallEvent, HeldCallTables, PendingCall } from './held-call.ts';
import { decodeU32, decodeU64, encodeU32, encodeU64, NOBODY, SIZES } from './layout.ts';
import { ObjectNamer } from './object-names.ts';
import { PinnedMap } from './pinned-map.ts';
import { pumpRequests } from './request-pump.ts';

/** /proc counts the start of a process in hundredths of a second. */
const NS_PER_TICK = 10_000_000n;

type Process = Parameters<HeldCallTables['resume']>[0];

export class HeldCalls implements HeldCallTables {
  readonly #pinDirectory: string;
  readonly #names = new ObjectNamer();
  readonly #maps: Record<'pending' | 'decisions' | 'grants' | 'asking' | 'heartbeat', PinnedMap>;
  readonly #mountNamespace: bigint;

  constructor(pinDirectory: string) {
    this.#pinDirectory = pinDirectory;
    const open = (name: string) => new PinnedMap(pinDirectory, name);
    this.#maps = {
      pending: open('pending'),
      decisions: open('decisions'),
      grants: open('grants'),
      asking: open('asking'),
      heartbeat: open('heartbeat'),
    };
    this.#mountNamespace = hostMountNamespace();
  }

  listen(hear: (happened: HeldCallEvent) => void): () => void {
    const ring = new kernel.Ring(`${this.#pinDirectory}/maps/requests`);
    return pumpRequests(ring, (record) => hear(this.#translate(record)));
  }

  decide(request: number, answer: Answer): void {
    this.#tell(request, answer);
  }

  letStop(request: number): void {
    this.#tell(request, { verdict: 'require_approval', reason: 'rule', approver: null });
  }

  stop(process: Process): boolean {
    return signal(process, constants.signals.SIGSTOP);
  }

  resume(process: Process): boolean {
    return signal(process, constants.signals.SIGCONT);
  }

  grant(question: Uint8Array, scope: GrantScope, terms: GrantTerms): Uint8Array {
    const key = grantKey(question, scope);
    const value = new Uint8Array(SIZES.grant);
    const data = new DataView(value.buffer);
    data.setBigUint64(0, terms.untilNs ?? 0n, true);
    data.setUint32(8, verdictCode(terms.verdict), true);
    data.setUint32(12, reasonCode(terms.reason), true);
    data.setUint32(16, terms.approver ?? NOBODY, true);
    data.setUint32(20, terms.once ? 1 : 0, true);
    this.#maps.grants.set(key, value);
    return key;
  }

  revoke(key: Uint8Array): void {
    this.#maps.grants.delete(key);
  }

  revokeAll(): void {
    for (const key of this.#maps.grants.keys()) this.#maps.grants.delete(key);
  }

  attend(session: bigint, holdNs: bigint | null): void {
    if (holdNs === null) this.#maps.asking.delete(encodeU64(session));
    else this.#maps.asking.set(encodeU64(session), encodeU64(holdNs));
  }

  beat(): void {
    const value = new Uint8Array(SIZES.guard);
    const data = new DataView(value.buffer);
    data.setBigUint64(0, process.hrtime.bigint(), true);
    data.setBigUint64(8, this.#mountNamespace, true);
    this.#maps.heartbeat.set(encodeU32(0), value);
  }

  pending(): PendingCall[] {
    return this.#maps.pending.keys().flatMap((key) => {
      const value = this.#maps.pending.get(key);
      if (!value) return [];
      return {
        request: Number(decodeU64(key)),
        pid: decodeU32(value),
        tid: decodeU32(value, 4),
        startNs: decodeU64(value, 8),
        session: decodeU64(value, 16),
        askedNs: decodeU64(value, 24),
        deadlineNs: decodeU64(value, 32),
      };
    });
  }

  forget(request: number): void {
    const key = encodeU64(BigInt(request));
    this.#maps.pending.delete(key);
    this.#maps.decisions.delete(key);
  }

  #tell(
    request: number,
    { verdict, reason, approver }: Omit<Answer, 'verdict'> & { readonly verdict: VerdictWord },
  ): void {
    const value = new Uint8Array(SIZES.answer);
    const data = new DataView(value.buffer);
    data.setUint32(0, verdictCode(verdict), true);
    data.setUint32(4, reasonCode(reason), true);
    data.setUint32(8, approver ?? NOBODY, true);
    const key = encodeU64(BigInt(request));
    // the call is over already: nobody would ever take the answer away
    if (!this.#maps.pending.get(key)) return;
    try {
      this.#maps.decisions.set(key, value);
    } catch {
      this.#dropUnwanted();
      this.#maps.decisions.set(key, value);
    }
  }

  /** Answers to calls that were over at the very moment of the answer: nobody takes them away. */
  #dropUnwanted(): void {
    for (const key of this.#maps.decisions.keys()) if (!this.#maps.pending.get(key)) this.#maps.decisions.delete(key);
  }

  #translate(record: Uint8Array): HeldCallEvent {
    const event = decodeEvent(record);
    if (event.kind !== 'decision' && event.kind !== 'withdrawn') {
      throw new RangeError(`the ring of requests holds an event of the kind ${event.kind}`);
    }
    const { session } = event.label;
    if (event.kind === 'withdrawn') return { kind: 'withdrawn', request: event.request, session, pid: event.pid };
    const end = eventBytes(record);
    if (record.length > end) return this.#asked(event, record.slice(end, end + SIZES.question));
    const verdict = event.verdict === 'allow' ? 'allow' : 'block';
    return { kind: 'concluded', request: event.request, session, pid: event.pid, verdict, reason: event.reason };
  }

  #asked(event: DecisionEvent, question: Uint8Array): Asked {
    return {
      kind: 'asked',
      request: event.request,
      held: event.verdict === 'require_approval',
      isJob: event.isJob,
      reason: event.reason,
      session: event.label.session,
      skill: event.label.skill,
      question,
      pid: event.pid,
      tid: event.tid,
      parentPid: event.parentPid,
      startNs: event.startNs,
      uid: event.uid,
      comm: event.comm,
      operation: event.operation,
      operations: event.operations,
      call: event.call,
      rule: event.rule,
      severalRules: event.severalRules,
      ...this.#names.nameOf(event),
      monotonicNs: event.monotonicNs,
      deadlineNs: event.deadlineNs,
    };
  }
}

/** To that very process. False: it is gone. */
function signal({ pid, startNs }: Process, number: number): boolean {
  let pidfd: number;
  try {
    pidfd = kernel.openPidfd(pid);
  } catch {
    return false;
  }
  try {
    if (startTicks(pid) !== startNs / NS_PER_TICK) return false;
    kernel.signalPidfd(pidfd, number);
    return true;
  } catch {
    return false; // it ended between the two calls
  } finally {
    closeSync(pidfd);
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses. */
function startTicks(pid: number): bigint {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return BigInt(fields[19] ?? '0');
}

function hostMountNamespace(): bigint {
  return BigInt(/\[(\d+)\]/.exec(readlinkSync('/proc/1/ns/mnt'))?.[1] ?? '0');
}
