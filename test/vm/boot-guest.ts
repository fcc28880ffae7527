import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseAccelerator } from './accelerator.ts';
import { conductGuest } from './conduct-guest.ts';
import { makeDisk } from './disk.ts';
import type { GuestOptions, GuestResult } from './guest-plan.ts';
import { makeInitramfs } from './initramfs.ts';
import { fetchKernel } from './kernel-package.ts';
import { chooseMemory } from './memory.ts';
import { GUEST_MODULES, readModules } from './modules.ts';
import { listenForPorts } from './ports.ts';
import { findProgram } from './programs.ts';
import { PORTS, type Port } from './qemu-command.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import { guestSettings } from './settings.ts';
import { shellWord } from './shell-words.ts';
import { startVirtiofsd } from './virtiofsd.ts';

/**
 * Boots a stock Debian kernel in QEMU, runs one command there to its end and hands back what it said and wrote.
 * Leaves nothing behind: whatever happens, the guest ends and its files go; only the console's log stays after a failure.
 * @throws GuestError whenever there is no exit status of the command to tell
 */
export async function bootGuest(options: GuestOptions): Promise<GuestResult> {
  const programs = { qemu: findProgram('qemu-system-x86_64'), busybox: findProgram('busybox') };
  const memoryMiB = chooseMemory();
  const report = options.onProgress ?? (() => undefined);
  const kernel = await fetchKernel(options.kernel, report);
  const run = makeRunDirectory();
  const removeOnExit = () => run.remove();
  process.once('exit', removeOnExit);
  try {
    prepareConsole(options.console);
    const [accelerator, initramfs, disk] = await Promise.all([
      options.time === 'instructions' ? 'tcg' : chooseAccelerator(programs.qemu, kernel.image, programs.busybox, run.files),
      writeInitramfs(options, programs.busybox, await readModules(kernel, modulesFor(options)), run),
      makeDisk(run.files, options.diskFiles ?? []),
    ]);
    const names: Port[] = options.terminal === undefined ? [...PORTS] : [...PORTS, 'terminal'];
    const ports = await listenForPorts(run.sockets, names);
    const virtiofsSocket = join(run.sockets, 'machine');
    const fileServer = await startVirtiofsd(virtiofsSocket);
    try {
      return await conductGuest(options, ports, programs.qemu, {
        ...{ kernelImage: kernel.image, initramfs, disk, console: options.console, virtiofsSocket, accelerator, memoryMiB },
        portSocket: ports.socketOf,
        terminal: options.terminal !== undefined,
        time: options.time ?? 'clock',
      });
    } finally {
      fileServer.stop();
      ports.close();
    }
  } finally {
    process.off('exit', removeOnExit);
    run.remove();
  }
}

function modulesFor(options: GuestOptions): string[] {
  return [...GUEST_MODULES, ...(options.modules ?? [])];
}

function prepareConsole(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
}

function writeInitramfs(
  options: GuestOptions,
  busybox: string,
  modules: Awaited<ReturnType<typeof readModules>>,
  run: RunDirectory,
): string {
  const path = join(run.files, 'initramfs.cpio');
  const command = `exec ${options.command.map(shellWord).join(' ')}\n`;
  writeFileSync(path, makeInitramfs(busybox, modules, { settings: guestSettings(options), command }));
  return path;
}
