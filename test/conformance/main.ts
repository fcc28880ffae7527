/**
 * `npm run conformance [-- --kernel 6.1|6.12] [--only automaton|kernel] [--full] [--seed N] [--path P] [--json FILE]`:
 * compiled tables, evaluator and kernels judged against each other on generated histories. The exit status is true only if
 * they agree everywhere and the cases were fit to tell.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import type { AutomatonRun } from './automaton.ts';
import type { DelegatedRun } from './delegated.ts';
import type { KernelRun } from './kernel.ts';
import { PLACE_MODULES } from './places.ts';
import { closingLine, describeAutomaton, describeDelegated, describeKernel, type KernelReport } from './report.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20260101' },
    path: { type: 'string' },
    json: { type: 'string' },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'conformance');
const CONDUCTOR = join(CACHE, 'conductor');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const OBJECT = '/opt/ringfence/bpf/build/ringfence.bpf.o';
const SIZE = values.full ? 'full' : 'short';
const AUTOMATON_CASES = { short: 200_000, full: 1_000_000 };
const DEEDS = { short: 2_000, full: 20_000 };
const TIMEOUT_SECONDS = { short: 1500, full: 7_200 };

/** `delegated` null: a history that disagreed is only seen again. */
type TablesRun = { readonly automaton: AutomatonRun; readonly delegated: DelegatedRun | null };

function compileConductor(): void {
  mkdirSync(CACHE, { recursive: true });
  const source = join(import.meta.dirname, 'conductor.c');
  execFileSync('gcc', ['-O1', '-static', '-pthread', '-Wall', '-Wextra', '-Werror', '-o', CONDUCTOR, source]);
}

/** On a thread of its own, as the guests want this one's attention. */
function runAutomaton(): Promise<TablesRun> {
  const workerData = { seed: Number(values.seed), least: AUTOMATON_CASES[SIZE], path: values.path };
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./automaton-thread.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function runKernel(kernel: Kernel): Promise<KernelReport> {
  console.error(`conformance on ${kernel}: booting …`);
  const output = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [GUEST_NODE, join(import.meta.dirname, 'guest.ts'), ...guestParameters()],
      user: 'root',
      product: false,
      modules: PLACE_MODULES,
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS[SIZE],
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (_stream, chunk) => void process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `)),
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the comparison on ${kernel} ended with status ${guest.exitCode}`);
    const run = JSON.parse(readFileSync(join(output, 'run.json'), 'utf8')) as KernelRun & { troubles: string[] };
    return { kernel, release: guest.kernelRelease, seconds: guest.seconds, accelerator: guest.accelerator, ...run };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function guestParameters(): string[] {
  return [
    ...['--conductor', CONDUCTOR, '--object', OBJECT, '--seed', values.seed, '--least', String(DEEDS[SIZE])],
    ...(values.path === undefined ? [] : ['--path', values.path]),
  ];
}

function chosenKernels(): Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  const chosen = known.filter((kernel) => values.kernel === undefined || kernel === values.kernel);
  if (chosen.length === 0) throw new Error(`there is no kernel ${values.kernel}; known are ${known.join(' and ')}`);
  return chosen;
}

try {
  if (values.only !== undefined && !['automaton', 'kernel'].includes(values.only)) {
    throw new Error(`--only takes automaton or kernel, not ${values.only}`);
  }
  compileConductor();
  const [tables, kernels] = await Promise.all([
    values.only === 'kernel' ? null : runAutomaton(),
    // an emulated guest keeps one processor busy, so two take no longer than one
    values.only === 'automaton' ? [] : Promise.all(chosenKernels().map(runKernel)),
  ]);
  const { automaton = null, delegated = null } = tables ?? {};
  if (automaton !== null) console.log(describeAutomaton(automaton));
  if (delegated !== null) console.log(describeDelegated(delegated));
  for (const report of kernels) console.log(describeKernel(report));
  if (values.json !== undefined) {
    const automatonCases = automaton?.coverage.cases ?? 0;
    const result = { automatonCases, kernels, seed: Number(values.seed), size: SIZE, automaton, delegated };
    writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  }
  const { line, isGood } = closingLine(automaton, delegated, kernels);
  console.log(line);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `conformance: ${(error as Error).stack}`);
  process.exitCode = 1;
}
