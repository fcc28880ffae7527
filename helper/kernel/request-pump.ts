/** Takes records out of a ring as they come, and lets everything else of this thread have its turn between two batches. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Ring } from '../../native/kernel/index.ts';

const BATCH = 256;
const WAIT_MS = 1000;

/** Returns the way to stop; the ring is closed then. */
export function pumpRequests(
  ring: Pick<Ring, 'read' | 'commit' | 'wait' | 'close'>,
  hear: (record: Uint8Array) => void,
): () => void {
  let listening = true;
  const pump = async () => {
    while (listening) {
      const batch = ring.read(BATCH);
      for (const record of batch?.records ?? []) hear(record);
      if (batch) ring.commit(batch.position);
      // an agent can ask faster than anyone can hear: pulse and answers must not wait for it to stop
      await (batch ? nextTurn() : ring.wait(WAIT_MS));
    }
    ring.close();
  };
  void pump();
  return () => {
    listening = false;
  };
}
