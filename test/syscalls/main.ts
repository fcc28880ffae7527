/**
 * `npm run syscalls [-- --kernel 6.1|6.12] [--full] [--seed N] [--json FILE]`: random sequences of system calls, made by an agent of the
 * installed product that tries everything, with canaries in all that it must not read. The short form boots one kernel.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { CACHE, compileFuzzer } from './compile.ts';
import { compileHole, HOLES } from './holes.ts';
import { troubleWithSeed } from './sequence.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    json: { type: 'string' },
    /** Of control, guarded, root, manifest, holes. */
    only: { type: 'string' },
    seconds: { type: 'string' },
  },
});

const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const KERNEL_IN_SHORT: Kernel = '6.12';
const TIMEOUT_SECONDS = { short: 900, full: 3600 };
const SIZE = values.full ? 'full' : 'short';
const SEED = values.seed ?? String(Date.now());

const FORM = {
  short: ['--seconds', values.seconds ?? '18', '--control-seconds', '6', '--hole-seconds', '20'],
  full: [
    ...['--seconds', values.seconds ?? '300', '--control-seconds', '20', '--hole-seconds', '300'],
    ...['--root-seconds', '60', '--holes'],
  ],
} as const;

function chosenKernels(): readonly Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  if (values.kernel === undefined) return values.full ? known : [KERNEL_IN_SHORT];
  if (!known.includes(values.kernel as Kernel)) throw new Error(`there is no kernel ${values.kernel}`);
  return [values.kernel as Kernel];
}

interface Outcome {
  readonly kernel: Kernel;
  readonly release: string;
  readonly seconds: number;
  readonly bootSeconds: number;
  readonly accelerator: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
  readonly result: object;
}

async function runOn(kernel: Kernel): Promise<Outcome> {
  let output = '';
  const handedBack = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [
        ...[GUEST_NODE, join(import.meta.dirname, 'guest.ts'), '--seed', SEED, ...FORM[SIZE]],
        ...(values.only === undefined ? [] : ['--only', values.only]),
      ],
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
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
    if (passed === undefined)
      throw new Error(`the suite in the guest did not come to its end (status ${guest.exitCode})`);
    const complaints = [...new Set(output.match(/"level":[56]0.*"message":"[^"]*"/g))];
    return {
      ...{ kernel, release: guest.kernelRelease, accelerator: guest.accelerator },
      ...{ seconds: Math.round(guest.seconds), bootSeconds: Math.round(guest.bootSeconds) },
      ...{ passed: Number(passed), failed: Number(failed) + complaints.length },
      failures: [
        ...output.split('\n').filter((line) => line.startsWith('not ok - ')),
        ...complaints.map((text) => `not ok - the helper has nothing to complain of: ${text}`),
      ],
      result: JSON.parse(readFileSync(join(handedBack, 'result.json'), 'utf8')) as object,
    };
  } finally {
    rmSync(handedBack, { recursive: true, force: true });
  }
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function writeResult(file: string, outcomes: readonly Outcome[]): void {
  const whole = {
    command: `npm run syscalls -- ${process.argv.slice(2).join(' ')}`.trim(),
    ...{ form: SIZE, seed: SEED, date: new Date().toISOString(), commit: git('rev-parse', 'HEAD') },
    uncommitted: git('status', '--porcelain', '--', 'bpf', 'core', 'helper', 'test/syscalls')
      .split('\n')
      .filter(Boolean).length,
    versions: {
      node: process.versions.node,
      gcc: execFileSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' }).trim(),
    },
    kernels: outcomes,
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`);
}

try {
  await compileFuzzer();
  if (values.full) for (const hole of HOLES) await compileHole(hole);
  console.error(`syscalls: seed ${SEED}`);
  const trouble = troubleWithSeed(SEED);
  if (trouble !== null) throw new Error(trouble);
  // an emulated guest keeps one processor busy, so two take no longer than one
  const outcomes = await Promise.all(chosenKernels().map(runOn));
  for (const { kernel, release, accelerator, passed, failed, seconds, failures } of outcomes) {
    console.log(`syscalls on ${release} (${accelerator}): ${passed} passed, ${failed} failed in ${seconds} s`);
    for (const failure of failures) console.log(`${failure} (${kernel})`);
  }
  if (values.json !== undefined) writeResult(values.json, outcomes);
  const sum = (field: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  console.log(`syscalls: seed ${SEED}`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `syscalls: ${(error as Error).stack}`);
  process.exitCode = 1;
}
