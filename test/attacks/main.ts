/**
 * `npm run attacks [-- --kernel 6.1|6.12] [--json FILE] [--only attacks|benign]`: boots the kernels with the product and
 * shows that every attack is held and that everyday work is not. The exit status is true only if both are.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootGuest } from '../vm/boot-guest.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { CHECKOUT, compilePrograms } from './compile.ts';
import { printReport, type Report, reportOf } from './report.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const CACHE = join(CHECKOUT, '.cache', 'attacks');
const TIMEOUT_SECONDS = 420;
/** The product's own runtime: whatever Node the machine has, this one is there. */
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';

function chosenKernels(): readonly Kernel[] {
  const known = Object.keys(KERNELS) as Kernel[];
  const chosen = known.filter((kernel) => values.kernel === undefined || kernel === values.kernel);
  if (chosen.length === 0) throw new Error(`there is no kernel ${values.kernel}; known are ${known.join(' and ')}`);
  return chosen;
}

async function attackKernel(kernel: Kernel): Promise<Report> {
  const output = mkdtempSync(join(CACHE, 'output-'));
  try {
    const guest = await bootGuest({
      kernel,
      command: [GUEST_NODE, join(import.meta.dirname, 'guest.ts'), values.only ?? 'all'],
      user: 'root',
      product: true,
      outputDirectory: output,
      timeoutSeconds: TIMEOUT_SECONDS,
      console: join(CACHE, `console-${kernel}.log`),
      onOutput: (_stream, chunk) => void process.stderr.write(chunk),
      onProgress: (line) => console.error(line),
    });
    if (guest.exitCode !== 0) throw new Error(`the suite in the guest ended with status ${guest.exitCode}`);
    writeFileSync(join(CACHE, `runs-${kernel}.json`), readFileSync(join(output, 'runs.json')));
    return reportOf(kernel, guest, JSON.parse(readFileSync(join(output, 'results.json'), 'utf8')));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

try {
  mkdirSync(CACHE, { recursive: true });
  await compilePrograms();
  const reports: Report[] = [];
  for (const kernel of chosenKernels()) {
    console.error(`attacks on ${kernel}: booting …`);
    const report = await attackKernel(kernel);
    printReport(report, values.verbose);
    reports.push(report);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ kernels: reports }, null, 2)}\n`);
  process.exitCode = reports.every((report) => report.good) ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `attacks: ${(error as Error).message}`);
  process.exitCode = 1;
}
