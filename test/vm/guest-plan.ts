import type { Kernel } from './kernel-package.ts';

export type GuestUser = 'root' | 'dev';

/** A place of this machine shown in the guest. Writable ones are so for the guest alone: this machine's stays as it is. */
export type Bind = { host: string; guest: string; readonly: boolean };

/** A file or folder copied to the guest's own ext4 disk; `to` lies below /home, /workspace or /tmp. */
export type DiskFile = { from: string; to: string };

/** Emulated time: the machine's (`clock`), or counted instructions, which repeat from run to run (`instructions`). */
export type GuestTime = 'clock' | 'instructions';

/** Beside ext4; btrfs with the subvolumes `@` and `@home`. */
export const GUEST_FILESYSTEMS = ['btrfs', 'xfs'] as const;
export type GuestFilesystem = (typeof GUEST_FILESYSTEMS)[number];
/** `fast`: a few shell lines as init. `desktop`: systemd with logind, D-Bus, polkit and user managers, as a desktop has them. */
export type GuestProfile = 'fast' | 'desktop';

export type GuestOptions = {
  kernel: Kernel;
  profile?: GuestProfile | undefined;
  command: readonly string[];
  user: GuestUser;
  /** Start the helper (`desktop`: as the service that the package installs) and make `dev` a publisher whose key is trusted. */
  product: boolean;
  /** Profile `desktop` only: run as root before the product is installed and systemd starts. */
  prepare?: readonly string[] | undefined;
  /** Whether the desktop app is installed with it. */
  desktop?: boolean | undefined;
  /** Shown read-only at /mnt/share; its `*.pub` are trusted when the product runs. */
  share?: string | undefined;
  binds?: readonly Bind[] | undefined;
  diskFiles?: readonly DiskFile[];
  /** What /home, /workspace and /tmp lie on, if not on ext4. */
  filesystem?: GuestFilesystem | undefined;
  /** What the guest wrote to /mnt/out comes back into this folder. */
  outputDirectory?: string | undefined;
  timeoutSeconds: number;
  onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** What the command reads; nothing when missing. */
  input?: NodeJS.ReadableStream | undefined;
  /** Give the command this terminal instead of streams. */
  terminal?: GuestTerminal | undefined;
  /** Where the kernel's messages go; kept only when something fails. */
  console: string;
  time?: GuestTime | undefined;
  /** Processors; 2 when missing. */
  processors?: 1 | 2 | undefined;
  /** More of the kernel's parameters: `preempt=full`, … */
  kernelParameters?: readonly string[] | undefined;
  /** More kernel modules, by name: `btrfs`, `xfs`, … */
  modules?: readonly string[] | undefined;
  onProgress?: (line: string) => void;
};

export type GuestTerminal = {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  rows: number;
  columns: number;
  /** Calls `act` whenever the window changes. */
  onResize: (act: (rows: number, columns: number) => void) => void;
};

export type GuestResult = {
  exitCode: number;
  /** From the start of QEMU to the end of the command. */
  seconds: number;
  /** From the start of QEMU to the start of the command. */
  bootSeconds: number;
  accelerator: 'kvm' | 'tcg';
  kernelRelease: string;
  /** 1, or more where emulation broke a boot before the command started and it was begun again. */
  bootAttempts: number;
};
