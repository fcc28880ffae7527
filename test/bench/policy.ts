/**
 * `npm run bench [-- --kernel 6.1|6.12] [--seed N] [--json FILE]`: what ten thousand globs cost. Compiled on this machine against
 * the clock; decided in one boot of a kernel whose clock counts instructions, beside ten globs. The exit status is true only
 * if every target is met.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from '../../core/policy/compile.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { factsOf, makeGlobs, policyWith } from './globs.ts';
import { describeTables, sizesOf, type TableSizes } from './table-sizes.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string', default: '6.12' },
    only: { type: 'string' },
    seed: { type: 'string', default: '20260101' },
    json: { type: 'string' },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'bench');
const OPENER = join(CACHE, 'opener');
const MANY = 10_000;
const FEW = 10;
const COMPILE_SECONDS = 2;
const MOST_RATIO = 1.2;
const TIMEOUT_SECONDS = 3_600;
const WHOLE_CALL = 'the whole call';
const DECISION = 'the decision';

type Target = { readonly name: string; readonly value: number; readonly limit: number; readonly met: boolean };
type Row = {
  readonly row: string;
  readonly column: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
};
type Measured = { kind: string; path: string; none: number[]; few: number[]; many: number[] };

function atMost(name: string, value: number, limit: number): Target {
  return { name, value, limit, met: value <= limit };
}

/** The first compilation of this process, as a worker would do it. */
function compileMany(globs: readonly string[]): { seconds: number; wallSeconds: number; tables: TableSizes } {
  const policy = policyWith(globs);
  const started = performance.now();
  const before = process.threadCpuUsage();
  const tables = compile(policy, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  // of its own thread: what else the machine does is not its doing
  const { user, system } = process.threadCpuUsage(before);
  const wallSeconds = (performance.now() - started) / 1000;
  if (!tables.ok) throw new Error(tables.error.message);
  return { seconds: (user + system) / 1e6, wallSeconds, tables: sizesOf(tables.value) };
}

async function measureInGuest(kernel: Kernel): Promise<Measured[]> {
  const output = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [
        '/opt/ringfence/runtime/bin/node',
        join(import.meta.dirname, 'policy-guest.ts'),
        ...['--opener', OPENER, '--object', '/opt/ringfence/bpf/build/ringfence.bpf.o'],
        ...['--seed', values.seed, '--many', String(MANY), '--few', String(FEW)],
      ],
      user: 'root',
      product: false,
      time: 'instructions',
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS,
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (_stream, chunk) => void process.stderr.write(chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `)),
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the benchmark on ${kernel} ended with status ${guest.exitCode}`);
    return JSON.parse(readFileSync(join(output, 'rows.json'), 'utf8'));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the whole call, and of what the guard adds to it. */
function rowsOf({ kind, none, few, many }: Measured): Row[] {
  const ratios = many.map((cost, turn) => cost / (few[turn] ?? Number.NaN));
  const without = mean(none);
  const added = many.map((cost, turn) => (cost - without) / ((few[turn] ?? Number.NaN) - without));
  const row = (column: string, of: readonly number[]): Row => ({
    ...{ row: `open by ${kind}`, column, ratio: mean(of), low: Math.min(...of), high: Math.max(...of) },
  });
  return [row(WHOLE_CALL, ratios), row(DECISION, added)];
}

/** What rules lie beside it makes a path dearer or cheaper to decide, so the decision is judged over all paths. */
function targetsOf(measured: readonly Measured[], rows: readonly Row[]): Target[] {
  const added = (one: Measured, costs: readonly number[]) => mean(costs) - mean(one.none);
  const many = measured.reduce((sum, one) => sum + added(one, one.many), 0);
  const few = measured.reduce((sum, one) => sum + added(one, one.few), 0);
  return [
    ...rows
      .filter(({ column }) => column === WHOLE_CALL)
      .map(({ row, column, ratio }) => atMost(`${row}, ${column}: ${MANY} globs to ${FEW}`, ratio, MOST_RATIO)),
    atMost(`open, ${DECISION}, all paths: ${MANY} globs to ${FEW}`, many / few, MOST_RATIO),
  ];
}

function chosenKernel(): Kernel {
  if (Object.hasOwn(KERNELS, values.kernel)) return values.kernel as Kernel;
  throw new Error(`there is no kernel ${values.kernel}; known are ${Object.keys(KERNELS).join(' and ')}`);
}

try {
  const kernel = chosenKernel();
  const globs = makeGlobs(MANY, Number(values.seed));
  const { seconds, wallSeconds, tables } = compileMany(globs);
  console.log(
    `${JSON.stringify(factsOf(globs))}: compiled in ${seconds.toFixed(2)} s of processor time (${wallSeconds.toFixed(2)} s by the clock) to ${describeTables(tables)}`,
  );
  const targets = [atMost(`compiling ${MANY} globs, seconds`, seconds, COMPILE_SECONDS)];
  const rows: Row[] = [];
  if (values.only !== 'compile') {
    mkdirSync(CACHE, { recursive: true });
    const source = join(import.meta.dirname, 'opener.c');
    execFileSync('gcc', ['-O1', '-static', '-Wall', '-Wextra', '-Werror', '-o', OPENER, source]);
    const measured = await measureInGuest(kernel);
    rows.push(...measured.flatMap(rowsOf));
    targets.push(...targetsOf(measured, rows));
  }
  for (const { name, value, limit, met } of targets) {
    console.log(`${met ? 'ok' : 'not ok'} - ${name}: ${value.toFixed(3)} (at most ${limit})`);
  }
  const result = {
    kernel,
    rows,
    targets,
    globs: factsOf(globs),
    tables,
    compileSeconds: seconds,
    wallSeconds,
    seed: Number(values.seed),
  };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  const failed = targets.filter(({ met }) => !met).length;
  console.log(`${targets.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `bench: ${(error as Error).stack}`);
  process.exitCode = 1;
}
