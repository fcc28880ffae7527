/**
/**
 * `npm run attacks [-- --kernel 6.1|6.12] [--json FILE] [--only attacks|benign|races|mounts] [--case NAME …] [--disk btrfs|xfs] [--share] [--full]`:
 * boots the kernels with the product and shows that every attack is held and that everyday work is not. The exit status is true only if both
 * are. The full form has races of a hundred thousand rounds, and mounts of every kind. `--mutate`: see mutation/main.ts.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Choice } from '../benign/case.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { GuestError } from '../vm/guest-error.ts';
import { GUEST_FILESYSTEMS, type GuestFilesystem } from '../vm/guest-plan.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { CHECKOUT, compilePrograms } from './compile.ts';
import { mutate } from './mutation/main.ts';
import { closingLine, printReport, type Report, reportOf } from './report.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string', multiple: true },
    /** Takes out one program of the kernel side after another: see mutation/main.ts. */
    mutate: { type: 'boolean', default: false },
    /** Of each race, instead of a hundred thousand. */
    rounds: { type: 'string' },
    /** What homes lie on, instead of ext4: btrfs or xfs. */
    disk: { type: 'string' },
    arena: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
    /** Each kernel tries half of what both can: for a short run of both. */
    share: { type: 'boolean', default: false },
    /** Everyday work: these cases alone. */
    case: { type: 'string', multiple: true },
    /** Everyday work: each case on each kernel; races of a hundred thousand rounds each. */
    full: { type: 'boolean', default: false },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'attacks');
const TIMEOUT_SECONDS = { short: 1800, full: 14_400 };
/** The product's own runtime: whatever Node the machine has, this one is there. */
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';

function chosenKernels(): readonly Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  const chosen = known.filter((kernel) => values.kernel === undefined || kernel === values.kernel);
  if (chosen.length === 0) throw new Error(`there is no kernel ${values.kernel}; known are ${known.join(' and ')}`);
  return chosen;
}

/** The parts that are asked for, how many rounds a race has, and which everyday work is tried. */
function guestWords(kernel: Kernel): string[] {
  const { only = [], full, rounds } = values;
  const parts = only.flatMap((part) => ['--only', part]);
  const races = rounds === undefined ? [] : ['--rounds', rounds];
  const everyday = ['--everyday', JSON.stringify(everydayOn(kernel))];
  return [...parts, ...(full ? ['--full'] : []), ...races, ...everyday, '--share', shareOf(kernel)];
}

function chosenDisk(): GuestFilesystem | undefined {
  const { disk } = values;
  if (disk === undefined || disk === 'ext4') return undefined;
  const known = GUEST_FILESYSTEMS.find((one) => one === disk);
  if (known === undefined) throw new Error(`homes lie on ext4, ${GUEST_FILESYSTEMS.join(' or ')}, not on ${disk}`);
  return known;
}

/** Two guests speak at once, so each line says whose it is. */
function prefixed(kernel: Kernel, chunk: Buffer): string {
  return chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `);
}

function shareOf(kernel: Kernel): 'even' | 'odd' | 'all' {
  if (!values.share || values.full) return 'all';
  return kernel === '6.1' ? 'even' : 'odd';
}

function everydayOn(kernel: Kernel): Choice {
  return { full: values.full, share: shareOf(kernel), named: values.case };
}

async function attackKernel(kernel: Kernel): Promise<Report> {
  console.error(`attacks on ${kernel}: booting …`);
  const output = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [GUEST_NODE, join(import.meta.dirname, 'guest.ts'), ...guestWords(kernel)],
      user: 'root',
      product: true,
      filesystem: chosenDisk(),
      modules: values.full ? ['loop', 'btrfs'] : [],
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS[values.full || values.case ? 'full' : 'short'],
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (_stream, chunk) => void process.stderr.write(prefixed(kernel, chunk)),
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the suite in the guest ended with status ${guest.exitCode}`);
    const runs = join(output, 'runs.json');
    if (existsSync(runs)) copyFileSync(runs, join(CACHE, `runs-${kernel}.json`));
    copyFileSync(join(output, 'helper.log'), join(CACHE, `helper-${kernel}.log`));
    return reportOf(kernel, guest, JSON.parse(readFileSync(join(output, 'results.json'), 'utf8')));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

async function holdAttacks(): Promise<boolean> {
  mkdirSync(CACHE, { recursive: true });
  await compilePrograms();
  // an emulated guest keeps one processor busy, so two take no longer than one
  const reports = await Promise.all(chosenKernels().map(attackKernel));
  for (const report of reports) printReport(report, values.verbose);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ kernels: reports }, null, 2)}\n`);
  console.log(closingLine(reports));
  return reports.every((report) => report.good);
}

try {
  const { only = [], arena: arenas, json } = values;
  const isGood = values.mutate ? await mutate({ kernels: chosenKernels(), only, arenas, json }) : await holdAttacks();
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `attacks: ${(error as Error).message}`);
  process.exitCode = 1;
}
