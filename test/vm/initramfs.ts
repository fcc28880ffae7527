import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpioEntry, writeCpio } from './cpio.ts';
import type { Module } from './modules.ts';

/** Scripts of this folder that go into the guest. */
const SCRIPTS = ['init.sh', 'steps.sh', 'start.sh', 'desktop.sh', 'session.sh', 'filesystem.sh', 'product.sh'];

/** What differs from boot to boot. */
export type BootFiles = { settings: string; command: string; prepare: string };

/** The archive the kernel unpacks as its first root: a busybox, the modules in their order, the scripts. */
export function makeInitramfs(busybox: string, modules: readonly Module[], boot: BootFiles): Uint8Array {
  const file = (path: string, bytes: Uint8Array, executable = false): CpioEntry => ({
    type: 'file',
    path,
    bytes,
    executable,
  });
  return writeCpio([
    ...['bin', 'modules', 'dev'].map((path): CpioEntry => ({ type: 'directory', path })),
    file('bin/busybox', readFileSync(busybox), true),
    ...modules.map(({ name, bytes }, position) => file(`modules/${modulePosition(position)}-${name}.ko`, bytes)),
    ...SCRIPTS.map((name) => file(name, readFileSync(join(import.meta.dirname, 'guest', name)))),
    file('init', readFileSync(join(import.meta.dirname, 'guest', 'init.sh')), true),
    file('settings.sh', Buffer.from(boot.settings)),
    file('command.sh', Buffer.from(boot.command)),
    file('prepare.sh', Buffer.from(boot.prepare)),
  ]);
}

/** Sorts as text in the order of loading. */
function modulePosition(position: number): string {
  return String(position).padStart(3, '0');
}
