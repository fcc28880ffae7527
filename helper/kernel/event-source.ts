/** The kernel's ring as a source of the audit worker, which loads this module by its URL. */
import { kernel, type Ring } from '../../native/kernel/index.ts';
import type { KernelEvent, KernelSource } from '../audit/kernel-event.ts';
import { type DecisionEvent, decodeEvent } from './event.ts';
import { HostPaths } from './host-paths.ts';
import { sessionName } from './labels.ts';
import { decodeU64, encodeU32 } from './layout.ts';
import { readHostMounts } from './mounts.ts';
import { PinnedMap } from './pinned-map.ts';

const LATE = 1;
/** The host's mounts are read again after this, and for a device that is not known. */
const MOUNTS_KEPT_MS = 1000;

export interface EventSourceData {
  readonly pinDirectory: string;
}

/** Text of an address of 16 bytes; IPv4-mapped ones in dotted form. */
export function addressText(address: Uint8Array): string {
  const mapped = address.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  if (mapped) return address.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

class RingSource implements KernelSource {
  readonly instance: string;
  readonly #ring: Ring;
  readonly #counters: PinnedMap;
  #paths = new HostPaths(readHostMounts().mounts);
  #readAt = performance.now();

  constructor(pinDirectory: string) {
    this.#ring = new kernel.Ring(`${pinDirectory}/maps/events`);
    this.#counters = new PinnedMap(pinDirectory, 'counters');
    this.instance = String(this.#counters.id);
  }

  read(maxEvents: number): { events: KernelEvent[]; position: bigint } | null {
    const batch = this.#ring.read(maxEvents);
    if (!batch) return null;
    return { events: batch.records.map((record) => this.#translate(record)), position: batch.position };
  }

  commit(position: bigint): void {
    this.#ring.commit(position);
  }

  async wait(ms: number): Promise<void> {
    await this.#ring.wait(ms);
  }

  lastSequence(): bigint {
    return decodeU64(this.#counters.get(encodeU32(0)) ?? new Uint8Array(8));
  }

  close(): void {
    this.#ring.close();
  }

  #translate(record: Uint8Array): KernelEvent {
    const event = decodeEvent(record);
    const head = {
      sequence: event.sequence,
      monotonicNs: event.monotonicNs,
      session: sessionName(event.label.session),
    };
    if (event.kind === 'session-ended') return { kind: 'session-ended', ...head };
    const isFile = event.object.device !== 0;
    return {
      kind: 'decision',
      ...head,
      pid: event.pid,
      tid: event.tid,
      parentPid: event.parentPid,
      uid: event.uid,
      startNs: event.startNs,
      operation: event.operation,
      call: event.call,
      verdict: event.verdict === 'none' ? 'block' : event.verdict,
      reason: event.reason,
      rule: event.rule,
      location: event.location,
      late: (event.label.flags & LATE) !== 0,
      path: isFile ? this.#hostPath(event) : null,
      object: isFile ? event.object : null,
      address:
        !isFile && event.port + event.protocol > 0 && event.call !== 'socket' ? addressText(event.address) : null,
      port: !isFile && event.call !== 'socket' ? event.port : null,
      comm: event.comm,
    };
  }

  #readMounts(): void {
    this.#paths = new HostPaths(readHostMounts().mounts);
    this.#readAt = performance.now();
  }

  /** What no mount of the host shows is named by device and path: it cannot be taken for a path of the host. */
  #hostPath(event: DecisionEvent): Uint8Array {
    if (!this.#paths.has(event.object.device) || performance.now() - this.#readAt > MOUNTS_KEPT_MS) this.#readMounts();
    const known = this.#paths.of(event.object.device, event.path);
    if (known) return known;
    const place = `[${event.object.device >>> 20}:${event.object.device & 0xfffff}]`;
    return Buffer.concat([Buffer.from(place), event.path]);
  }
}

export function open(data: unknown): KernelSource {
  return new RingSource((data as EventSourceData).pinDirectory);
}
