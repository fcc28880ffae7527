/**
 * `node test/kernel/main.ts [--kernel 6.1|6.12] [--full] [--seed N] [--json FILE]`: the kernel suite on stock kernels, one
 * boot each. Prints what failed and a closing line.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installLocked } from '../../build/locked-install.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { cameBackWhole } from './handed-back.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20260101' },
    json: { type: 'string' },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'kernel-suite');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const PROGRAMS = ['performer', 'nothing', 'family', 'flood', 'hold/storm', 'hold/hostile', 'hold/runtimes/scheduled'];
const BUN = join(CHECKOUT, '.cache', 'bun');
const BUN_PROGRAM = join(BUN, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const OBJECT = '/opt/ringfence/bpf/build/ringfence.bpf.o';
const SIZE = values.full ? 'full' : 'short';
const POLICIES = { short: '40', full: '800' };
/** Times the helper is killed under load. */
const KILLS = { short: '3', full: '20' };
const TIMEOUT_SECONDS = { short: 300, full: 5400 };

function compilePrograms(): void {
  mkdirSync(CACHE, { recursive: true });
  for (const name of PROGRAMS) {
    const source = join(import.meta.dirname, `${name}.c`);
    execFileSync('gcc', [
      '-O1',
      '-static',
      '-pthread',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      join(CACHE, basename(name)),
      source,
    ]);
  }
}

interface Outcome {
  readonly kernel: Kernel;
  readonly release: string;
  readonly passed: number;
  readonly failed: number;
  /** Operations whose verdict was compared with the evaluator's. */
  readonly executed: number;
  readonly seconds: number;
  readonly accelerator: string;
}

/** One boot that runs one program of this folder as root. */
async function boot(kernel: Kernel, program: string, parameters: readonly string[]): Promise<Outcome> {
  let output = '';
  const handedBack = mkdtempSync(join(CACHE, 'output-'));
  const guest = await bootGuest({
    kernel,
    command: [GUEST_NODE, join(import.meta.dirname, program), '--programs', CACHE, ...parameters],
    user: 'root',
    product: false,
    outputDirectory: handedBack,
    timeoutSeconds: TIMEOUT_SECONDS[SIZE],
    console: join(CACHE, `console-${kernel}.log`),
    onOutput: (_stream, chunk) => {
      output += chunk.toString();
      process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `));
    },
  });
  const isWhole = cameBackWhole(handedBack);
  if (!isWhole) console.log(`not ok - what the guest left in /mnt/out came back whole (${kernel})`);
  rmSync(handedBack, { recursive: true, force: true });
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  const executed = /^executed (\d+)$/m.exec(output)?.[1];
  const { kernelRelease: release, seconds, accelerator } = guest;
  // a suite that did not come to its end has failed, whatever it had counted
  const broken = passed === undefined || (guest.exitCode !== 0 && !Number(failed));
  return {
    kernel,
    release,
    passed: Number(passed ?? 0) + (isWhole ? 1 : 0),
    failed: Number(failed ?? 0) + (broken ? 1 : 0) + (isWhole ? 0 : 1),
    executed: Number(executed ?? 0),
    seconds,
    accelerator,
  };
}

/** First the kernel side by itself, then held calls, then the product as it is installed: each wants the kernel for itself. */
async function runIn(kernel: Kernel): Promise<Outcome> {
  const alone = await boot(kernel, 'guest.ts', [
    ...['--object', OBJECT, '--policies', POLICIES[SIZE], '--seed', values.seed],
  ]);
  const held = await boot(kernel, 'hold/guest.ts', [
    ...['--object', OBJECT, '--bun', BUN_PROGRAM, ...(values.full ? ['--full'] : [])],
  ]);
  const installed = await boot(kernel, 'product-guest.ts', ['--kills', KILLS[SIZE]]);
  const sum = (field: 'passed' | 'failed' | 'seconds') => alone[field] + held[field] + installed[field];
  return { ...alone, passed: sum('passed'), failed: sum('failed'), seconds: sum('seconds') };
}

try {
  compilePrograms();
  await installLocked({
    source: join(import.meta.dirname, 'hold', 'bun'),
    target: BUN,
    onBegin: () => console.error('installing Bun (once, about 100 MB) …'),
  });
  const kernels = (Object.keys(KERNELS) as Kernel[]).filter((kernel) => !values.kernel || kernel === values.kernel);
  console.error(`kernel suite on ${kernels.join(' and ')}: booting …`);
  // an emulated guest keeps one processor busy, so two take no longer than one
  const outcomes = await Promise.all(kernels.map(runIn));
  for (const outcome of outcomes) {
    console.log(
      `${outcome.release} (${outcome.accelerator}): ${outcome.passed} passed, ${outcome.failed} failed in ${outcome.seconds.toFixed(0)} s`,
    );
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ kernels: outcomes, seed: values.seed }, null, 2)}\n`);
  const sum = (field: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = outcomes.length > 0 && sum('failed') === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `kernel suite: ${(error as Error).stack}`);
  process.exitCode = 1;
}
