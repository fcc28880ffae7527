import type { DecisionEvent, KernelSource } from '../../helper/audit/kernel-event.ts';

const BATCH = 1000;

/** The decisions that were reported since the last call. */
export function decisionsIn(source: KernelSource): DecisionEvent[] {
  const events: DecisionEvent[] = [];
  for (let batch = source.read(BATCH); batch; batch = source.read(BATCH)) {
    source.commit(batch.position);
    events.push(...batch.events.filter((event) => event.kind === 'decision'));
  }
  return events;
}
