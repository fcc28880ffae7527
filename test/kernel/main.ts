/**
 * `node test/kernel/main.ts [--kernel 6.1|6.12] [--part NAME …] [--only GROUP] [--full] [--seed N] [--kills N] [--json FILE]`: what needs
 * a stock kernel, one boot for each part. Prints what failed and a closing line.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileBpf } from '../../build/bpf.ts';
import { installLocked } from '../../build/locked-install.ts';
import { INSTALLED_AGENTS, installAgents } from '../agents/install-agents.ts';
import { PROGRAMS as ATTACKS, compilePrograms as compileAttacks } from '../attacks/compile.ts';
import { withHole } from '../syscalls/holes.ts';
import { bootGuest } from '../vm/boot-guest.ts';
import { CHECKOUT } from '../vm/checkout.ts';
import { GuestError } from '../vm/guest-error.ts';
import { KERNELS, type Kernel } from '../vm/kernel-package.ts';
import { CACHE, compilePrograms } from './compile.ts';
import { cameBackWhole } from './handed-back.ts';
import { SHORT_FORM } from './short-form.ts';
import { compileBuilds } from './upgrade/builds.ts';

const { values } = parseArgs({
  options: {
    kernel: { type: 'string' },
    part: { type: 'string', multiple: true },
    /** Those groups of a part whose name has this in it. */
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    /** Instead of as many times as the form has: the helper is killed under load. */
    kills: { type: 'string' },
    json: { type: 'string' },
  },
});

const GUEST_NODE = '/opt/ringfence/runtime/bin/node';
const BUN = join(CHECKOUT, '.cache', 'bun');
const BUN_PROGRAM = join(BUN, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
const CODEX = join(CHECKOUT, '.cache', 'codex');
const CODEX_PROGRAM = join(CODEX, 'node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex');
const OBJECT = '/opt/ringfence/bpf/build/ringfence.bpf.o';
/** Kernel programs that leave one child in so many without its label. */
const FORGETFUL = join(CACHE, 'forgetful', 'forgetful.o');
/** The kernel programs as other versions of the product would have them. */
const BUILDS = join(CACHE, 'builds');
const SIZE = values.full ? 'full' : 'short';
/** Times the helper is killed under load, and while calls are held. */
const KILLS = { short: '20', full: '200' };
const DEATHS = { short: '2', full: '50' };
const REPLACEMENTS = { short: '3', full: '60' };
const TIMEOUT_SECONDS = { short: 1800, full: 7200 };

interface Outcome {
  readonly part: string;
  readonly kernel: Kernel;
  readonly release: string;
  readonly passed: number;
  readonly failed: number;
  /** The lines that say so. */
  readonly failures: readonly string[];
  readonly seconds: number;
  readonly accelerator: string;
}

interface Part {
  readonly program: string;
  readonly parameters: readonly string[];
  /** Kernel modules that it wants beside the usual ones. */
  readonly modules?: readonly string[];
  readonly processors?: 1;
  readonly kernelParameters?: readonly string[];
  /** With systemd, the product as its service, and what is run before it starts. */
  readonly desktop?: { readonly prepare: readonly string[] };
}

/** One boot that runs one program of this folder as root. */
async function boot(
  kernel: Kernel,
  { program, modules, processors, kernelParameters, desktop }: Part,
  parameters: readonly string[],
): Promise<Omit<Outcome, 'part'>> {
  let output = '';
  const handedBack = mkdtempSync(join(CACHE, 'output-'));
  const guest = await bootGuest({
    kernel,
    command: [GUEST_NODE, join(import.meta.dirname, program), '--programs', CACHE, ...parameters],
    user: 'root',
    ...(desktop ? { profile: 'desktop', product: true, ...desktop } : { product: false }),
    ...{ modules, processors, kernelParameters },
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
  const { kernelRelease: release, seconds, accelerator } = guest;
  // a suite that did not come to its end has failed, whatever it had counted
  const broken = passed === undefined || (guest.exitCode !== 0 && !Number(failed));
  return {
    kernel,
    release,
    passed: Number(passed ?? 0) + (isWhole ? 1 : 0),
    failed: Number(failed ?? 0) + (broken ? 1 : 0) + (isWhole ? 0 : 1),
    failures: output.split('\n').filter((line) => line.startsWith('not ok - ')),
    seconds,
    accelerator,
  };
}

/** Each wants the kernel for itself. */
const PARTS: Readonly<Record<string, Part>> = {
  verdicts: {
    program: 'guest.ts',
    parameters: ['--object', OBJECT, ...only()],
  },
  language: {
    program: 'guest.ts',
    parameters: ['--object', OBJECT, '--set', 'language', ...only()],
  },
  holds: {
    program: 'hold/guest.ts',
    parameters: ['--object', OBJECT, '--bun', BUN_PROGRAM, ...(values.full ? ['--full'] : []), ...only()],
  },
  upgrade: {
    program: 'upgrade/guest.ts',
    parameters: ['--object', OBJECT, '--builds', BUILDS, '--kills', REPLACEMENTS[SIZE], ...seed()],
  },
  product: {
    program: 'product-guest.ts',
    parameters: ['--kills', values.kills ?? KILLS[SIZE], ...(values.full ? [] : ['--quick']), ...seed(), ...only()],
  },
  pins: {
    program: 'pins/guest.ts',
    parameters: ['--object', OBJECT, ...(values.full ? ['--full'] : []), ...only()],
    modules: ['loop', 'btrfs', 'xfs'],
  },
  names: {
    program: 'names/guest.ts',
    parameters: [
      ...['--object', OBJECT, '--bun', BUN_PROGRAM, '--codex', CODEX_PROGRAM],
      ...[...(values.full ? ['--full'] : []), ...only()],
    ],
  },
  programs: { program: 'programs/guest.ts', parameters: only() },
  skills: { program: 'skills/guest.ts', parameters: only() },
  recognition: {
    program: 'recognition/guest.ts',
    parameters: ['--agents', INSTALLED_AGENTS, ...(values.full ? ['--full'] : []), ...only()],
  },
  everyone: { program: 'everyone/guest.ts', parameters: only() },
  'machine-wide': {
    program: 'everyone/machine-wide.ts',
    parameters: ['--attacks', ATTACKS, ...(values.full ? ['--full'] : []), ...only()],
    modules: ['overlay'],
  },
  modes: { program: 'modes/guest.ts', parameters: ['--object', OBJECT, ...only()] },
  churn: {
    program: 'churn.ts',
    parameters: ['--object', OBJECT, '--forgetful', FORGETFUL],
    processors: 1,
    kernelParameters: ['preempt=full'],
  },
  approvals: { program: 'approvals/guest.ts', parameters: ['--kills', DEATHS[SIZE], ...only()] },
  boot: { program: 'boot/guest.ts', parameters: only(), desktop: { prepare: preparedBy() } },
  'boot-masked': { program: 'boot/masked.ts', parameters: [], desktop: { prepare: preparedBy('masked') } },
};

function preparedBy(...more: string[]): string[] {
  return ['/bin/sh', join(import.meta.dirname, 'boot/prepare.sh'), CACHE, ...more];
}

/** All of a part where its kernel is asked for and the short form has none of it there. */
function parametersFor(kernel: Kernel, name: string, parameters: readonly string[]): readonly string[] {
  if (SIZE === 'full' || values.only !== undefined) return parameters;
  return [...parameters, ...(SHORT_FORM[kernel][name] ?? [])];
}

function seed(): string[] {
  return values.seed === undefined ? [] : ['--seed', values.seed];
}

function only(): string[] {
  return values.only === undefined ? [] : ['--only', values.only];
}

function isRun(kernel: Kernel, name: string): boolean {
  const isInShort = Object.values(SHORT_FORM).some((parts) => name in parts);
  const isAskedFor = values.part !== undefined && (values.kernel !== undefined || !isInShort);
  return SIZE === 'full' || isAskedFor || name in SHORT_FORM[kernel];
}

async function runIn(kernel: Kernel, parts: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of parts) {
    const part = PARTS[name];
    if (!part) throw new Error(`there is no part ${name}: there are ${Object.keys(PARTS).join(', ')}`);
    if (isRun(kernel, name))
      outcomes.push({ part: name, ...(await boot(kernel, part, parametersFor(kernel, name, part.parameters))) });
  }
  return outcomes;
}

async function compileForgetful(): Promise<void> {
  const folder = dirname(FORGETFUL);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(CHECKOUT, 'bpf'), folder, { recursive: true });
  const path = join(folder, 'tasks.h');
  const edit = {
    file: 'tasks.h',
    from: 'if (!creator) {',
    to: 'if (!creator || bpf_get_prandom_u32() % 256 == 0) {',
  };
  writeFileSync(path, withHole(readFileSync(path, 'utf8'), edit));
  await compileBpf(join(folder, 'ringfence.bpf.c'), FORGETFUL);
}

/** What the parts start that is not on the machine. */
async function installClients(parts: readonly string[]): Promise<void> {
  if (parts.includes('holds') || parts.includes('names'))
    await installLocked({
      source: join(import.meta.dirname, 'hold', 'bun'),
      target: BUN,
      onBegin: () => console.error('installing Bun (once, about 100 MB) …'),
    });
  if (parts.includes('names'))
    await installLocked({
      source: join(import.meta.dirname, 'names', 'codex'),
      target: CODEX,
      onBegin: () => console.error('installing Codex CLI (once, about 360 MB) …'),
    });
}

try {
  compilePrograms();
  await compileAttacks();
  const parts = values.part ?? Object.keys(PARTS);
  await installClients(parts);
  if (values.full && parts.includes('recognition')) await installAgents((line) => console.error(line));
  const kernels = (Object.keys(KERNELS) as Kernel[]).filter((kernel) => !values.kernel || kernel === values.kernel);
  const isWanted = (part: string) => parts.includes(part) && kernels.some((kernel) => isRun(kernel, part));
  if (isWanted('churn')) await compileForgetful();
  if (isWanted('upgrade')) await compileBuilds(BUILDS);
  console.error(`kernel suite on ${kernels.join(' and ')}: booting …`);
  // an emulated guest keeps one processor busy, so two take no longer than one
  const outcomes = (await Promise.all(kernels.map((kernel) => runIn(kernel, parts)))).flat();
  for (const outcome of outcomes) {
    console.log(
      `${outcome.part} on ${outcome.release} (${outcome.accelerator}): ${outcome.passed} passed, ${outcome.failed} failed in ${outcome.seconds.toFixed(0)} s`,
    );
    for (const failure of outcome.failures) console.log(`${failure} (${outcome.kernel})`);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ kernels: outcomes }, null, 2)}\n`);
  const sum = (field: 'passed' | 'failed') => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = outcomes.length > 0 && sum('failed') === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof GuestError ? error.describe() : `kernel suite: ${(error as Error).stack}`);
  process.exitCode = 1;
}
