/**
 * `npm run attacks -- --mutate [--kernel K] [--only PART …] [--json FILE]`: takes each program of the kernel side out in turn, and shows
 * which attack gets through then. Resumable: what was found with the same programs is not tried again.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePrograms as compileKernelPrograms, CACHE as KERNEL_PROGRAMS } from '../../kernel/compile.ts';
import { bootGuest } from '../../vm/boot-guest.ts';
import { CHECKOUT, STAGE } from '../../vm/checkout.ts';
import { GuestError } from '../../vm/guest-error.ts';
import type { GuestResult } from '../../vm/guest-plan.ts';
import type { Kernel } from '../../vm/kernel-package.ts';
import { compilePrograms } from '../compile.ts';
import type { Cell } from './mutant.ts';
import { isGood, type KernelMutants, type MutantsGuest, mutantsReport, printMutants } from './report.ts';

const CACHE = join(CHECKOUT, '.cache', 'attacks', 'mutation');
const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const OBJECT = 'bpf/build/ringfence.bpf.o';
const TIMEOUT_SECONDS = 5400;

export type MutationOptions = {
  readonly kernels: readonly Kernel[];
  readonly only: readonly string[];
  readonly arenas: readonly string[];
  readonly json: string | undefined;
};

type CellInArena = Cell & { readonly arena: string };

/** What was found before with the same programs in the kernel. */
class Found {
  readonly #file: string;
  readonly cells: CellInArena[] = [];

  constructor(kernel: Kernel) {
    const object = createHash('sha256')
      .update(readFileSync(join(STAGE, OBJECT)))
      .digest('hex')
      .slice(0, 16);
    this.#file = join(CACHE, `${kernel}-${object}.jsonl`);
    if (!existsSync(this.#file)) return;
    const lines = readFileSync(this.#file, 'utf8').split('\n').filter(Boolean);
    this.cells.push(...lines.map((line): CellInArena => JSON.parse(line)));
  }

  add(cell: CellInArena): void {
    this.cells.push(cell);
    appendFileSync(this.#file, `${JSON.stringify(cell)}\n`);
  }
}

async function mutateOn(kernel: Kernel, options: MutationOptions): Promise<KernelMutants> {
  const found = new Found(kernel);
  const known = found.cells.map(({ arena, mutant }) => `${arena}/${mutant}`);
  let programs: string[] = [];
  let rest = '';
  const hear = (line: string) => {
    if (line.startsWith('cell ')) found.add(JSON.parse(line.slice('cell '.length)));
    if (line.startsWith('programs ')) programs = JSON.parse(line.slice('programs '.length));
    process.stderr.write(`[${kernel}] ${line}\n`);
  };
  const asWords = (option: string, all: readonly string[]) => all.flatMap((one) => [option, one]);
  const ran = bootGuest({
    kernel,
    onProgress: hear,
    command: [
      ...[GUEST_NODE, join(import.meta.dirname, 'guest.ts')],
      ...['--programs', KERNEL_PROGRAMS, '--object', `/opt/ringfence/${OBJECT}`],
      ...[...asWords('--arena', options.arenas), ...asWords('--only', options.only), ...asWords('--done', known)],
    ],
    user: 'root',
    product: false,
    timeoutSeconds: TIMEOUT_SECONDS,
    console: join(CACHE, `console-${kernel}.log`),
    onOutput: (stream, chunk) => {
      if (stream === 'stderr') return void process.stderr.write(chunk);
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    },
  });
  const guest = await endedEarly(ran);
  return mutantsReport(kernel, guest, programs, found.cells);
}

/** What was found until a guest was ended counts all the same. */
async function endedEarly(ran: Promise<GuestResult>): Promise<MutantsGuest> {
  try {
    const guest = await ran;
    return { ...guest, ended: guest.exitCode === 0 ? '' : 'not every place could be tried' };
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    return { kernelRelease: '', accelerator: '', seconds: 0, ended: error.message };
  }
}

/** Whether every mutant was noticed. */
export async function mutate(options: MutationOptions): Promise<boolean> {
  mkdirSync(CACHE, { recursive: true });
  compileKernelPrograms();
  await compilePrograms();
  const reports: KernelMutants[] = [];
  for (const kernel of options.kernels) reports.push(await mutateOn(kernel, options));
  for (const report of reports) printMutants(report);
  if (options.json !== undefined) {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: CHECKOUT, encoding: 'utf8' }).trim();
    const date = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
    const command = `npm run attacks -- --mutate --json ${options.json}`;
    writeFileSync(options.json, `${JSON.stringify({ command, commit, date, kernels: reports }, null, 2)}\n`);
  }
  return reports.every(isGood);
}
