/** Runs in the guest as root, on a stock kernel: plays histories under the kernel side, without the helper. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LEARNING } from '../../core/names/learning.ts';
import { CapturedAnswers } from '../../helper/kernel/captured-answers.ts';
import { open } from '../../helper/kernel/event-source.ts';
import { Guard } from '../../helper/kernel/guard.ts';
import { takeDown } from '../../helper/kernel/put-in-force.ts';
import { KernelComparison } from './kernel.ts';
import { makeWorlds } from './places.ts';

const { values } = parseArgs({
  options: {
    conductor: { type: 'string', default: '' },
    object: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    least: { type: 'string', default: '2000' },
    path: { type: 'string' },
  },
});
const PINS = '/sys/fs/bpf/ringfence-test';

const worlds = makeWorlds();
const guard = new Guard({ objectFile: values.object, pinDirectory: PINS });
guard.protect([]);
const source = await open({ pinDirectory: PINS });
const answers = new CapturedAnswers(PINS);
answers.configure(LEARNING);
const started = performance.now();
const run = await new KernelComparison({
  ...{ guard, source, answers, worlds, conductor: values.conductor, path: values.path },
  seed: Number(values.seed),
  least: Number(values.least),
  onProgress: (executed) => console.log(`${executed} deeds in ${((performance.now() - started) / 1000).toFixed(0)} s`),
}).run();
const unjudged = guard.side.statistics().filter(({ recursionMisses }) => recursionMisses > 0n);
const { dropped } = guard.side.counters();
const warning = /WARNING: CPU|BUG: |Oops: |Call Trace/.exec(execFileSync('dmesg', { encoding: 'utf8' }))?.[0] ?? null;
answers.close();
guard.close();
takeDown(PINS);
const troubles = [
  ...unjudged.map(({ name }) => `calls went past ${name} unjudged`),
  ...(dropped === 0n ? [] : [`${dropped} events were lost`]),
  ...(warning === null ? [] : [`the kernel log has ${warning}`]),
];
writeFileSync('/mnt/out/run.json', JSON.stringify({ ...run, troubles }));
// a history that was cut short while it was shrunk has processes that wait for its end
process.exit(0);
