/** Whether this kernel enforces, proven by a refusal, and what is missing where it does not. */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Check, Diagnosis } from '../core/protocol/enforcement.ts';
import { selfTest } from './kernel/guard.ts';

const LSM_LIST = '/sys/kernel/security/lsm';
const BTF = '/sys/kernel/btf/vmlinux';
const BPFFS = '/sys/fs/bpf';

function check(name: string, ok: boolean, detail: string, remedy: string): Check {
  return ok ? { name, ok, detail } : { name, ok, detail, remedy };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function lsmCheck(): Check {
  const list = readText(LSM_LIST);
  const remedy =
    'Boot with “bpf” in the kernel parameter lsm=, or use a kernel whose CONFIG_LSM has it (Debian 12 and later).';
  if (list === null) return check('bpf among the security modules', false, `${LSM_LIST} cannot be read`, remedy);
  return check('bpf among the security modules', list.split(',').includes('bpf'), `active: ${list}`, remedy);
}

function bpffsCheck(): Check {
  const mounted = readText('/proc/self/mountinfo')
    ?.split('\n')
    .some((line) => line.includes(` ${BPFFS} `) && line.includes(' - bpf '));
  const detail = mounted ? `mounted on ${BPFFS}` : `not mounted on ${BPFFS}`;
  return check('BPF file system', mounted === true, detail, `Run as root: mount -t bpf bpf ${BPFFS}`);
}

function refusalCheck(objectFile: string): Check {
  const name = 'a test program loads, attaches and refuses';
  if (process.getuid?.() !== 0)
    return check(name, false, 'only root can load programs', 'Run as root: sudo ringfence doctor');
  const outcome = selfTest(objectFile);
  const detail = outcome.ok
    ? 'a file was refused to this process, and to no other'
    : `${outcome.step}: ${outcome.error}`;
  return check(
    name,
    outcome.ok,
    detail,
    'Use a kernel that allows BPF-LSM programs: Debian 12 (6.1) and later stock kernels do.',
  );
}

/** Runs the self-test. Nothing stays behind. */
export function diagnose(objectFile: string): Diagnosis {
  const btf = check(
    'kernel type information',
    existsSync(BTF),
    BTF,
    'Use a kernel built with CONFIG_DEBUG_INFO_BTF=y.',
  );
  const checks = [lsmCheck(), btf, bpffsCheck(), refusalCheck(objectFile)];
  return { state: checks.every(({ ok }) => ok) ? 'enforcing' : 'not-enforcing', kernel: release(), checks };
}

/** Loss of judgement in the running programs: calls that the kernel let pass without asking them. */
export function skippedCallsCheck(statistics: readonly { name: string; recursionMisses: bigint }[]): Check {
  const skipped = statistics.filter(({ recursionMisses }) => recursionMisses > 0n);
  const detail =
    skipped.length === 0
      ? 'none'
      : skipped.map(({ name, recursionMisses }) => `${name}: ${recursionMisses}`).join(', ');
  return check(
    'calls that no program judged',
    skipped.length === 0,
    detail,
    'Please report this with the kernel version.',
  );
}

/** Nothing is let through by it: an agent that was told so is refused until it looks the name up again. So it is no failure. */
export function lostAnswersNote(lost: bigint): Check {
  const detail =
    lost === 0n ? 'none' : `${lost} since the guard was loaded; who was told so has to look the name up again`;
  return check('answers of name servers that nobody read', true, detail, '');
}

/** Each may have been an agent that runs unguarded. */
export function lostRecognitionsNote(lost: bigint): Check {
  const detail = lost === 0n ? 'none' : `${lost} since the guard was loaded: too many began at once`;
  const remedy = 'Start agents that run anew, and please report this with the kernel version.';
  return check('programs that nobody looked at when they began', lost === 0n, detail, remedy);
}
