import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GUEST_CACHE } from './checkout.ts';
import { GuestError } from './guest-error.ts';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

/** The kernels the product is tested on: Debian's stock ones for virtual machines. */
export const KERNELS = {
  '6.1': { family: 'linux-image-cloud-amd64', concrete: /^linux-image-6\.1\.\S+-cloud-amd64$/ },
  '6.12': { family: 'linux-image-6.12-cloud-amd64', concrete: /^linux-image-6\.12\.\S+-cloud-amd64$/ },
} as const;

export type Kernel = keyof typeof KERNELS;

export type UnpackedKernel = { release: string; image: string; modules: string };

const KERNEL_CACHE = join(GUEST_CACHE, 'kernels');

/**
 * The newest kernel of that line which apt offers, downloaded and unpacked once into the cache.
 * Offline, the newest one in the cache serves.
 * @throws GuestError `kernel-unavailable`
 */
export async function fetchKernel(kernel: Kernel, report: (line: string) => void): Promise<UnpackedKernel> {
  const name = await offeredPackage(kernel);
  const cached = cachedPackages(kernel);
  const wanted = name ?? cached.at(-1);
  if (wanted === undefined)
    throw unavailable(kernel, `apt offers no package that ${KERNELS[kernel].family} depends on`);
  const directory = join(KERNEL_CACHE, wanted);
  if (!existsSync(directory)) {
    report(`downloading ${wanted} …`);
    await downloadAndUnpack(kernel, wanted, directory);
  }
  return describeUnpacked(directory);
}

/** The concrete package that the family package depends on, or null when apt does not know it. */
async function offeredPackage(kernel: Kernel): Promise<string | null> {
  const { family } = KERNELS[kernel];
  const { stdout } = await runProgram(findProgram('apt-cache'), ['depends', '--important', family]);
  return concreteDependency(kernel, stdout.toString());
}

/** The kernel package in the output of `apt-cache depends`; null if there is none of this line. */
export function concreteDependency(kernel: Kernel, output: string): string | null {
  for (const line of output.split('\n')) {
    const name = /^\s*\|?Depends:\s*<?([^\s>]+)/.exec(line)?.[1];
    if (name !== undefined && KERNELS[kernel].concrete.test(name)) return name;
  }
  return null;
}

function cachedPackages(kernel: Kernel): string[] {
  if (!existsSync(KERNEL_CACHE)) return [];
  const byVersion = new Intl.Collator('en', { numeric: true });
  return readdirSync(KERNEL_CACHE)
    .filter((name) => KERNELS[kernel].concrete.test(name))
    .sort(byVersion.compare);
}

async function downloadAndUnpack(kernel: Kernel, name: string, directory: string): Promise<void> {
  mkdirSync(KERNEL_CACHE, { recursive: true });
  const staging = mkdtempSync(join(KERNEL_CACHE, 'unpacking-'));
  try {
    // Root's apt would warn that its unprivileged user cannot write here.
    const download = ['-q', '-o', 'APT::Sandbox::User=root', 'download', name];
    const fetched = await runProgram(findProgram('apt-get'), download, { cwd: staging });
    const archive = readdirSync(staging).find((file) => file.endsWith('.deb'));
    if (fetched.status !== 0 || archive === undefined) throw unavailable(kernel, lastLines(fetched.stderr));
    const content = join(staging, 'content');
    const unpacked = await runProgram(findProgram('dpkg-deb'), ['-x', join(staging, archive), content]);
    if (unpacked.status !== 0) throw unavailable(kernel, lastLines(unpacked.stderr));
    for (const old of cachedPackages(kernel)) rmSync(join(KERNEL_CACHE, old), { recursive: true, force: true });
    renameSync(content, directory);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function describeUnpacked(directory: string): UnpackedKernel {
  const boot = join(directory, 'boot');
  const image = readdirSync(boot).find((file) => file.startsWith('vmlinuz-'));
  if (image === undefined) {
    throw new GuestError('kernel-unavailable', `${boot} holds no vmlinuz.`, `Delete ${directory} and run again.`);
  }
  const release = basename(image).slice('vmlinuz-'.length);
  const library = ['lib', 'usr/lib'].map((place) => join(directory, place, 'modules', release)).find(existsSync);
  if (library === undefined) {
    throw new GuestError('kernel-unavailable', `${directory} holds no modules.`, `Delete ${directory} and run again.`);
  }
  return { release, image: join(boot, image), modules: library };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ');
}

function unavailable(kernel: Kernel, reason: string): GuestError {
  return new GuestError(
    'kernel-unavailable',
    `The Debian kernel ${kernel} for the guest could not be fetched: ${reason}.`,
    `Run 'sudo apt-get update'; if '${KERNELS[kernel].family}' is still unknown to 'apt-cache policy', ` +
      'add the Debian (security) archive to the apt sources.',
  );
}
