import { setTimeout as delay } from 'node:timers/promises';
import type { DecisionEvent, KernelEvent, KernelSource } from '../kernel-event.ts';

/** A decision event with everything filled in but what a test is about. */
export function decision(
  sequence: number,
  further: Partial<Omit<DecisionEvent, 'kind' | 'sequence'>> & { file?: string } = {},
): DecisionEvent {
  const { file = '/home/dev/.ssh/id_rsa', ...fields } = further;
  return {
    kind: 'decision',
    sequence: BigInt(sequence),
    monotonicNs: BigInt(sequence) * 1000n,
    session: '1',
    pid: 100,
    tid: 100,
    parentPid: 99,
    uid: 1000,
    startNs: 5n,
    origin: null,
    hasOwnProgram: false,
    operation: 'read',
    call: 'open',
    verdict: 'block',
    reason: 'location',
    rule: 0,
    location: 1,
    late: false,
    path: new TextEncoder().encode(file),
    object: { device: 2049, inode: 77n, generation: 1 },
    address: null,
    port: null,
    otherPath: null,
    request: null,
    approver: null,
    comm: 'node',
    ...fields,
  };
}

/** A ring in memory: what is not committed is read again by whoever opens it next. Positions are indices. */
export class ScriptedRing {
  readonly events: KernelEvent[] = [];
  committed = 0;
  commits = 0;

  push(...events: KernelEvent[]): void {
    this.events.push(...events);
  }

  open(instance = 'programs-1', lastSequence?: () => bigint): KernelSource {
    let position = this.committed;
    return {
      instance,
      read: (maxEvents) => {
        const events = this.events.slice(position, position + maxEvents);
        if (events.length === 0) return null;
        position += events.length;
        return { events, position: BigInt(position) };
      },
      commit: (to) => {
        this.commits += 1;
        this.committed = Number(to);
      },
      wait: (ms) => delay(Math.min(ms, 5)),
      ...(lastSequence === undefined ? {} : { lastSequence }),
      close: () => undefined,
    };
  }
}
