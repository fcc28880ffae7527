/**
 * `npm run attacks [-- --kernel 6.1|6.12] [--json FILE] [--only attacks|benign] [--case NAME …] [--full]`: boots the kernels with the product and
 * shows that every attack is held and that everyday work is not. The exit status is true only if both are.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Choice } from '../benign/case.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { CHECKOUT, compilePrograms } from './compile.ts';
import { closingLine, printReport, type Report, reportOf } from './report.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    /** Everyday work: these cases alone. */
    case: { type: 'string', multiple: true },
    /** Everyday work: each case on each kernel. */
    full: { type: 'boolean', default: false },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'attacks');
const TIMEOUT_SECONDS = values.full || values.case ? 5400 : 900;
/** The product's own runtime: whatever Node the machine has, this one is there. */
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';

function chosenKernels(): readonly Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  const chosen = known.filter((kernel) => values.kernel === undefined || kernel === values.kernel);
  if (chosen.length === 0) throw new Error(`there is no kernel ${values.kernel}; known are ${known.join(' and ')}`);
  return chosen;
}

/** Two guests speak at once, so each line says whose it is. */
function prefixed(kernel: Kernel, chunk: Buffer): string {
  return chunk.toString().replace(/^(?=.)/gm, `[${kernel}] `);
}

/** What does not depend on the kernel is tried on one of them in the short form. */
function everydayOn(kernel: Kernel): Choice {
  const shared = kernel === '6.1' ? 'even' : 'odd';
  return { full: values.full, share: values.kernel === undefined ? shared : 'all', named: values.case };
}

async function attackKernel(kernel: Kernel): Promise<Report> {
  console.error(`attacks on ${kernel}: booting …`);
  const output = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [
        GUEST_NODE,
        join(import.meta.dirname, 'guest.ts'),
        values.only ?? 'all',
        JSON.stringify(everydayOn(kernel)),
      ],
      user: 'root',
      product: true,
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS,
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (_stream, chunk) => void process.stderr.write(prefixed(kernel, chunk)),
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the suite in the guest ended with status ${guest.exitCode}`);
    const runs = join(output, 'runs.json');
    if (existsSync(runs)) copyFileSync(runs, join(CACHE, `runs-${kernel}.json`));
    return reportOf(kernel, guest, JSON.parse(readFileSync(join(output, 'results.json'), 'utf8')));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

try {
  mkdirSync(CACHE, { recursive: true });
  await compilePrograms();
  // an emulated guest keeps one processor busy, so two take no longer than one
  const reports = await Promise.all(chosenKernels().map(attackKernel));
  for (const report of reports) printReport(report, values.verbose);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ kernels: reports }, null, 2)}\n`);
  console.log(closingLine(reports));
  process.exitCode = reports.every((report) => report.good) ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `attacks: ${(error as Error).message}`);
  process.exitCode = 1;
}
