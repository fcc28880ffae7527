import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import type { Check, Diagnosis } from '../../core/protocol/enforcement.ts';

/** Where the facts are; tests have their own. */
export type FactPlaces = {
  readonly kernel: string;
  readonly modules: string;
  readonly types: string;
  readonly configs: readonly string[];
};

export function realPlaces(): FactPlaces {
  const kernel = release();
  return {
    kernel,
    modules: '/sys/kernel/security/lsm',
    types: '/sys/kernel/btf/vmlinux',
    configs: [`/boot/config-${kernel}`, '/proc/config.gz'],
  };
}

const OLDEST = [6, 1] as const;

/** What can be seen without the helper and without root. It can show that enforcement is impossible, not that it works. */
export function staticFacts(places: FactPlaces): Diagnosis {
  return {
    state: 'not-enforcing',
    kernel: places.kernel,
    checks: [
      kernelCheck(places.kernel),
      configCheck(places.configs),
      moduleCheck(places.modules),
      typeCheck(places.types),
    ],
  };
}

function kernelCheck(kernel: string): Check {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  const ok = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  const check = { name: 'kernel', ok, detail: `Linux ${kernel}` };
  return ok ? check : { ...check, remedy: `Ringfence needs Linux ${OLDEST.join('.')} or newer.` };
}

function configCheck(files: readonly string[]): Check {
  const name = 'BPF-LSM built in';
  const file = files.find((each) => existsSync(each));
  if (file === undefined) return { name, ok: false, detail: `unknown: none of ${files.join(', ')} is there` };
  try {
    const raw = readFileSync(file);
    const config = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString('latin1');
    const ok = /^CONFIG_BPF_LSM=y$/m.test(config);
    if (ok) return { name, ok, detail: `CONFIG_BPF_LSM=y in ${file}` };
    const remedy = "Use a kernel with CONFIG_BPF_LSM=y, such as Debian's or Ubuntu's own.";
    return { name, ok, detail: `${file} has no CONFIG_BPF_LSM=y`, remedy };
  } catch {
    return { name, ok: false, detail: `${file} cannot be read` };
  }
}

function moduleCheck(file: string): Check {
  const name = 'BPF-LSM active';
  try {
    const active = readFileSync(file, 'latin1').trim();
    if (active.split(',').includes('bpf')) return { name, ok: true, detail: `${file}: ${active}` };
    const remedy = `Boot with lsm=${active},bpf on the kernel command line.`;
    return { name, ok: false, detail: `${file} has no bpf: ${active}`, remedy };
  } catch {
    const remedy = 'Mount it as root: mount -t securityfs securityfs /sys/kernel/security';
    return { name, ok: false, detail: `${file} cannot be read, so no security module may be active at all`, remedy };
  }
}

function typeCheck(file: string): Check {
  const ok = existsSync(file);
  const check = { name: 'kernel type information (BTF)', ok, detail: ok ? file : `${file} is not there` };
  return ok ? check : { ...check, remedy: 'Use a kernel with CONFIG_DEBUG_INFO_BTF=y.' };
}
