/** A process that judges ranges of cases: `worker.ts parser|verifier SEED`, started by campaign.ts. */
import { ROOT } from '../../build/root.ts';
import { type CampaignName, judgeCase } from './cases.ts';
import { loadSubject, type Subject } from './subject.ts';

export type { CampaignName };

/** `from` to `to` - 1; a message after each `heartbeat` cases. */
export type Range = { readonly from: number; readonly to: number; readonly heartbeat: number };
export type ToWorker = Range;
export type FromWorker = {
  /** The next case. */
  readonly at: number;
  readonly inputs: number;
  readonly bytes: number;
  readonly tally: Record<string, Record<string, number>>;
  readonly problems: readonly { readonly index: number; readonly what: string }[];
  readonly mebibytes: number;
};

function judgeSome(subject: Subject, name: CampaignName, seed: number, from: number, to: number): FromWorker {
  const tally: Record<string, Record<string, number>> = {};
  const problems: { index: number; what: string }[] = [];
  let bytes = 0;
  for (let index = from; index < to; index += 1) {
    const judged = judgeCase(subject, name, seed, index);
    const outcomes = tally[judged.kind] ?? {};
    outcomes[judged.outcome] = (outcomes[judged.outcome] ?? 0) + 1;
    tally[judged.kind] = outcomes;
    bytes += judged.bytes;
    if (judged.problem !== null) problems.push({ index, what: `${judged.kind}: ${judged.problem}` });
  }
  const mebibytes = Math.round(process.memoryUsage.rss() / 1024 / 1024);
  return { at: to, inputs: to - from, bytes, tally, problems, mebibytes };
}

if (import.meta.main) {
  const [name = '', seed = ''] = process.argv.slice(2);
  const subject = await loadSubject(ROOT);
  process.on('message', (range: ToWorker) => {
    for (let from = range.from; from < range.to; from += range.heartbeat) {
      const to = Math.min(range.to, from + range.heartbeat);
      process.send?.(judgeSome(subject, name as CampaignName, Number(seed), from, to), (lost: Error | null) => {
        if (lost !== null) process.exit(0); // nobody is there any more
      });
    }
  });
  process.on('disconnect', () => process.exit(0));
}
