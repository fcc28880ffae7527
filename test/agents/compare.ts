import type { Snapshot } from '../benign/snapshot.ts';
import { type Finished, transcriptOf } from './judge.ts';

/** A run in the terms of everyday work, whose `differences` are those of two runs then: what the model was told stands for the output. */
export function comparable(agent: string, { statuses, exchanges }: Finished, tree: Snapshot['tree']): Snapshot {
  const status = statuses.map((each) => each ?? 'none').join();
  return { status, output: transcriptOf(agent, exchanges).join('\n'), errors: '', tree, time: null };
}
