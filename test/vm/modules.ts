import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GuestError } from './guest-error.ts';
import type { UnpackedKernel } from './kernel-package.ts';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';

/** What every guest needs, by module name; what a kernel has built in is left out. */
export const GUEST_MODULES = ['virtio_pci', 'virtio_console', 'virtio_rng', 'virtio_blk', 'virtiofs', 'overlay'];

export type Module = { name: string; bytes: Uint8Array };

/** One kernel's modules: where each lies, and which are part of the image itself. */
export type ModuleIndex = { files: Map<string, string>; builtin: Set<string> };

/** Names as the kernel compares them: `-` and `_` are the same, and no suffix. */
export function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.[a-z0-9]+)?$/, '')
    .replaceAll('-', '_');
}

export function indexModules(order: string, builtin: string): ModuleIndex {
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  return {
    files: new Map(lines(order).map((path) => [moduleName(path), path])),
    builtin: new Set(lines(builtin).map(moduleName)),
  };
}

/** The modules that a module's `.modinfo` says must be there first. Soft dependencies are wishes: `required` is false. */
export function dependenciesOf(bytes: Uint8Array): { name: string; required: boolean }[] {
  const text = Buffer.from(bytes).toString('latin1');
  const hard = /(?:^|\0)depends=([^\0]*)\0/.exec(text)?.[1] ?? '';
  const soft = [...text.matchAll(/\0softdep=pre: ([^\0]*)\0/g)].map((match) => match[1] ?? '');
  const names = (list: string, separator: RegExp) => list.split(separator).filter((name) => name !== '');
  return [
    ...names(hard, /,/).map((name) => ({ name: moduleName(name), required: true })),
    ...soft.flatMap((list) => names(list, /\s+/)).map((name) => ({ name: moduleName(name), required: false })),
  ];
}

/**
 * `wanted` and everything they depend on, in the order in which insmod must take them.
 * @throws GuestError `module-missing` when the kernel package has neither file nor built-in of that name
 */
export async function closeModules(
  wanted: readonly string[],
  index: ModuleIndex,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Module[]> {
  const order = new Map<string, Module>();
  const visiting = new Set<string>();
  const visit = async (name: string, required: boolean): Promise<void> => {
    if (visiting.has(name) || index.builtin.has(name)) return;
    const path = index.files.get(name);
    if (path === undefined) {
      if (required) throw missing(name);
      return;
    }
    visiting.add(name);
    const bytes = await read(path);
    for (const dependency of dependenciesOf(bytes)) await visit(dependency.name, dependency.required);
    order.set(name, { name, bytes });
  };
  for (const name of wanted) await visit(moduleName(name), true);
  return [...order.values()];
}

export async function readModules(kernel: UnpackedKernel, wanted: readonly string[]): Promise<Module[]> {
  const list = (name: string) => readFileSync(join(kernel.modules, name), 'utf8');
  const index = indexModules(list('modules.order'), list('modules.builtin'));
  return closeModules(wanted, index, (path) => readModule(kernel, path));
}

/** Debian packs the modules of newer kernels with xz without saying so in modules.order. */
async function readModule(kernel: UnpackedKernel, path: string): Promise<Uint8Array> {
  const plain = join(kernel.modules, path);
  try {
    return readFileSync(plain);
  } catch {
    const { status, stdout, stderr } = await runProgram(findProgram('xz'), ['-dc', plain.replace(/(\.xz)?$/, '.xz')]);
    if (status === 0) return stdout;
    throw new GuestError(
      'module-missing',
      `${plain} cannot be read: ${stderr.trim()}.`,
      'Delete .cache/vm/kernels and run again.',
    );
  }
}

function missing(name: string): GuestError {
  return new GuestError(
    'module-missing',
    `The kernel package has no module '${name}'.`,
    'Delete .cache/vm/kernels and run again; if it stays, this kernel cannot run the guest.',
  );
}
