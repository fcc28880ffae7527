/** What name servers answered and the kernel did not read itself, and the calls that wait until it has been read. */
import { readlinkSync } from 'node:fs';
import type { CapturedAnswer } from '../../core/names/answer-reader.ts';
import type { DnsAnswer } from '../../core/names/dns-answer.ts';
import type { LearningSettings } from '../../core/names/learning.ts';
import { kernel, type Ring } from '../../native/kernel/index.ts';
import { decodeU32, decodeU64, encodeU32, encodeU64, SIZES } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';

/** A capture, and the policy that its session is under. */
export interface Captured {
  readonly policy: number;
  /** Of the skill that asked; 0: the session asked for itself. */
  readonly skillPolicy: number;
  readonly answer: CapturedAnswer;
}

/** A call that waits in the kernel. */
export interface WaitingCall {
  readonly pid: number;
  readonly startNs: bigint;
  readonly session: bigint;
  readonly deadlineNs: bigint;
  /** To be given to {@link CapturedAnswers.forget}. */
  readonly key: Uint8Array;
  readonly request: bigint;
}

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;
const TCP = 6;
const SYN = 1;
const DATA_OFFSET = 32;
const NAME_OFFSET = 24;
const ADDRESSES_OFFSET = NAME_OFFSET + 256;
const ADDRESS_SIZE = 24;

export class CapturedAnswers {
  readonly #learn: string;
  readonly #ring: Ring;
  readonly #maps: Record<
    'settings' | 'order' | 'waits' | 'captured' | 'processed' | 'pending' | 'decisions',
    PinnedMap
  >;

  constructor(pinDirectory: string) {
    const open = (name: string) => new PinnedMap(pinDirectory, name);
    this.#learn = `${pinDirectory}/programs/rf_learn`;
    this.#ring = new kernel.Ring(`${pinDirectory}/maps/answers`);
    this.#maps = {
      settings: open('lookup_settings'),
      order: open('learn_order'),
      waits: open('name_waits'),
      captured: open('captured'),
      processed: open('processed'),
      pending: open('pending'),
      decisions: open('decisions'),
    };
  }

  /** Until this is called no answer counts. */
  configure(settings: LearningSettings): void {
    const value = new Uint8Array(SIZES.lookupSettings);
    const data = new DataView(value.buffer);
    data.setBigUint64(0, hostNetworkNamespace(), true);
    data.setBigUint64(8, BigInt(settings.shortestSeconds) * NS_PER_SECOND, true);
    data.setBigUint64(16, BigInt(settings.longestSeconds) * NS_PER_SECOND, true);
    data.setBigUint64(24, BigInt(settings.waitMilliseconds) * NS_PER_MS, true);
    this.#maps.settings.set(encodeU32(0), value);
  }

  /** The next capture; null: there is none yet. It comes again after a restart, unless it was committed. */
  next(): { readonly captured: Captured; readonly position: bigint } | null {
    const batch = this.#ring.read(1);
    const [record] = batch?.records ?? [];
    return batch && record ? { captured: decodeCaptured(record), position: batch.position } : null;
  }

  commit(position: bigint): void {
    this.#ring.commit(position);
  }

  async wait(milliseconds: number): Promise<void> {
    await this.#ring.wait(milliseconds);
  }

  /** Tells the kernel what a capture says, and that it has been worked through. */
  learn({ policy, skillPolicy, answer }: Captured, answers: readonly DnsAnswer[]): void {
    const said = answers.filter(({ addresses }) => addresses.length > 0);
    const policies = skillPolicy === 0 ? [policy] : [policy, skillPolicy];
    for (const one of said) for (const each of policies) this.#order(encodeOrder(answer.session, each, one, false));
    this.#order(encodeOrder(answer.session, policy, null, true));
  }

  waiting(): WaitingCall[] {
    return this.#maps.waits.keys().flatMap((key) => {
      const value = this.#maps.waits.get(key);
      if (!value) return [];
      return {
        pid: decodeU32(value),
        startNs: decodeU64(value, 8),
        session: decodeU64(value, 16),
        deadlineNs: decodeU64(value, 32),
        request: decodeU64(value, 40),
        key,
      };
    });
  }

  hasReadAll(session: bigint): boolean {
    const count = (map: PinnedMap) => decodeU64(map.get(encodeU64(session)) ?? new Uint8Array(8));
    return count(this.#maps.captured) <= count(this.#maps.processed);
  }

  /** Its call was never made again. */
  forget({ key, request }: WaitingCall): void {
    this.#maps.waits.delete(key);
    this.#maps.pending.delete(encodeU64(request));
    this.#maps.decisions.delete(encodeU64(request));
  }

  close(): void {
    this.#ring.close();
  }

  #order(order: Uint8Array): void {
    this.#maps.order.set(encodeU32(0), order);
    kernel.run(this.#learn);
  }
}

function hostNetworkNamespace(): bigint {
  return BigInt(/\[(\d+)\]/.exec(readlinkSync('/proc/1/ns/net'))?.[1] ?? '0');
}

/** Struct rf_captured_answer. Throws a RangeError for what no program of this layout writes. */
export function decodeCaptured(record: Uint8Array): Captured {
  const data = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const bytes = data.getUint16(24, true);
  if (record.length < DATA_OFFSET + bytes)
    throw new RangeError(`a captured answer of ${record.length} bytes is too short`);
  return {
    policy: data.getUint32(8, true),
    skillPolicy: data.getUint32(28, true),
    answer: {
      session: data.getBigUint64(0, true),
      sequence: data.getUint32(12, true),
      socket: data.getBigUint64(16, true),
      protocol: data.getUint8(26) === TCP ? 'tcp' : 'udp',
      begins: (data.getUint8(27) & SYN) !== 0,
      bytes: Uint8Array.from(record.subarray(DATA_OFFSET, DATA_OFFSET + bytes)),
    },
  };
}

/** Struct rf_learn_order. */
export function encodeOrder(session: bigint, policy: number, answer: DnsAnswer | null, done: boolean): Uint8Array {
  const order = new Uint8Array(SIZES.learnOrder);
  const data = new DataView(order.buffer);
  data.setBigUint64(0, session, true);
  data.setUint32(8, policy, true);
  data.setUint32(12, answer?.addresses.length ?? 0, true);
  data.setUint32(16, done ? 1 : 0, true);
  order.set(answer?.name ?? [], NAME_OFFSET);
  answer?.addresses.forEach(({ address, seconds }, index) => {
    const at = ADDRESSES_OFFSET + index * ADDRESS_SIZE;
    order.set(address, at);
    data.setUint32(at + 16, seconds, true);
  });
  return order;
}
