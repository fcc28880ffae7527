import { fork } from 'node:child_process';
import { join } from 'node:path';
import { processorSeconds } from './processor-seconds.ts';
import type { CampaignName, FromWorker, Range, ToWorker } from './worker.ts';

export type Problem = { readonly index: number; readonly what: string };
export type Tally = Record<string, Record<string, number>>;

/** How far a campaign has come; what is written down between two runs. */
export type Progress = {
  /** What is still to do, in ranges of case numbers. */
  todo: Range[];
  inputs: number;
  bytes: number;
  tally: Tally;
  problems: Problem[];
  /** MiB that a worker used at most. */
  mostMemory: number;
  seconds: number;
};

export type CampaignOptions = {
  readonly name: CampaignName;
  readonly seed: number;
  readonly jobs: number;
  readonly progress: Progress;
  readonly save: (progress: Progress) => void;
  readonly show: (progress: Progress) => void;
};

/**
 * So much of a processor without an answer is a hang: a worker speaks every few hundred cases. Time alone is none, as others use the
 * machine too, unless it is very long.
 */
const HANG_PROCESSOR_SECONDS = 30;
const HANG_MILLISECONDS = 1_800_000;
const LOOK_MILLISECONDS = 5000;
const HEAP_MEBIBYTES = 512;
const MAX_PROBLEMS = 100;

export function freshProgress(total: number, chunk: number, heartbeat: number): Progress {
  const todo: Range[] = [];
  for (let from = 0; from < total; from += chunk) todo.push({ from, to: Math.min(total, from + chunk), heartbeat });
  return { todo, inputs: 0, bytes: 0, tally: {}, problems: [], mostMemory: 0, seconds: 0 };
}

/** Runs what is left of a campaign in processes of its own, so that a crash or a hang is a finding and not the end. */
export async function runCampaign(options: CampaignOptions): Promise<void> {
  const { progress } = options;
  let since = performance.now();
  const ticker = setInterval(() => {
    progress.seconds += (performance.now() - since) / 1000;
    since = performance.now();
    options.save(whole(progress, running));
    options.show(progress);
  }, 2000);
  const running: Running = new Map();
  try {
    await Promise.all(Array.from({ length: options.jobs }, () => serve(options, running)));
  } finally {
    clearInterval(ticker);
    progress.seconds += (performance.now() - since) / 1000;
    options.save(whole(progress, running));
    options.show(progress);
  }
}

/** With what is being done, as far as it is not done yet: whoever is ended now goes on there. */
function whole(progress: Progress, running: Running): Progress {
  const begun = [...running].map(([range, at]) => ({ ...range, from: at }));
  return { ...progress, todo: [...begun, ...progress.todo] };
}

/** One place for a worker: takes ranges until there are none, with a new process after each that was lost. */
async function serve(options: CampaignOptions, running: Running): Promise<void> {
  const { progress } = options;
  while (progress.todo.length > 0) {
    const worker = new WorkerProcess(options);
    for (let range = progress.todo.shift(); range !== undefined; range = progress.todo.shift()) {
      const begun = range;
      running.set(begun, begun.from);
      const lost = await worker.run(begun, progress, (at) => running.set(begun, at));
      running.delete(range);
      if (lost === null) continue;
      noteLoss(progress, range, lost);
      break;
    }
    worker.end();
  }
}

/** The case at which a worker was lost is found by going there again with a heartbeat for each case. */
function noteLoss(progress: Progress, range: Range, { at, how }: Loss): void {
  if (range.heartbeat === 1) {
    report(progress, { index: at, what: how });
    if (at + 1 < range.to) progress.todo.unshift({ ...range, from: at + 1 });
    return;
  }
  const to = Math.min(range.to, at + range.heartbeat);
  progress.todo.unshift({ from: at, to, heartbeat: 1 });
  if (to < range.to) progress.todo.push({ from: to, to: range.to, heartbeat: range.heartbeat });
}

function report(progress: Progress, problem: Problem): void {
  if (progress.problems.length < MAX_PROBLEMS) progress.problems.push(problem);
}

/** Ranges that workers are at, and how far each has come. */
type Running = Map<Range, number>;

type Loss = { readonly at: number; readonly how: string };

class WorkerProcess {
  private readonly child: ReturnType<typeof fork>;

  constructor({ name, seed }: CampaignOptions) {
    this.child = fork(join(import.meta.dirname, 'worker.ts'), [name, String(seed)], {
      execArgv: [`--max-old-space-size=${HEAP_MEBIBYTES}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** Null once the range is done. */
  run(range: Range, progress: Progress, reached: (at: number) => void): Promise<Loss | null> {
    const { child } = this;
    const pid = child.pid ?? 0;
    let [at, since, used] = [range.from, performance.now(), processorSeconds(pid)];
    return new Promise((resolve) => {
      const settle = (loss: Loss | null) => {
        clearInterval(timer);
        child.removeAllListeners();
        resolve(loss);
      };
      const look = () => {
        const [seconds, silence] = [processorSeconds(pid) - used, performance.now() - since];
        if (seconds < HANG_PROCESSOR_SECONDS && silence < HANG_MILLISECONDS) return;
        settle({ at, how: `hang: no answer after ${seconds.toFixed(0)} s of a processor` });
        child.kill('SIGKILL');
      };
      const timer = setInterval(look, LOOK_MILLISECONDS);
      child.once('exit', (code, signal) => settle({ at, how: `crash: the process ended with ${signal ?? code}` }));
      child.on('message', (message: FromWorker) => {
        [since, used] = [performance.now(), processorSeconds(pid)];
        add(progress, message);
        reached(message.at);
        if (message.at >= range.to) settle(null);
        else at = message.at;
      });
      child.send(range satisfies ToWorker);
    });
  }

  end(): void {
    this.child.kill();
  }
}

function add(progress: Progress, { inputs, bytes, tally, problems, mebibytes }: FromWorker): void {
  progress.inputs += inputs;
  progress.bytes += bytes;
  progress.mostMemory = Math.max(progress.mostMemory, mebibytes);
  for (const problem of problems) report(progress, problem);
  for (const [kind, outcomes] of Object.entries(tally)) {
    const known = progress.tally[kind] ?? {};
    for (const [outcome, count] of Object.entries(outcomes)) known[outcome] = (known[outcome] ?? 0) + count;
    progress.tally[kind] = known;
  }
}
