import { parseArgs } from 'node:util';
import type { GuestProfile, GuestTime, GuestUser } from './guest-plan.ts';
import { KERNELS, type Kernel } from './kernel-package.ts';

export type GuestArguments = {
  kernel: Kernel;
  profile: GuestProfile;
  /** null: a shell. */
  command: readonly string[] | null;
  user: GuestUser;
  product: 'running' | 'stopped';
  desktop: boolean;
  terminal: 'wanted' | 'as-needed';
  time: GuestTime;
  share: string | undefined;
  out: string | undefined;
  json: string | undefined;
  modules: readonly string[];
  timeoutSeconds: number;
};

export type ParsedArguments =
  | { kind: 'run'; plan: GuestArguments }
  | { kind: 'help' }
  | { kind: 'wrong'; message: string };

export const USAGE = `Usage: npm run vm -- [options] [-- COMMAND [ARGUMENT…]]

Boots a stock Debian kernel in QEMU with this machine's programs and the built product at hand. Runs COMMAND there and
ends with its exit status; without COMMAND it gives a shell. This machine's own files are never changed.

  --kernel ${Object.keys(KERNELS).join('|')}   the kernel (6.12)
  --profile fast|desktop   a few shell lines as init, or systemd with logind, D-Bus and polkit (fast)
  --share DIR          show DIR read-only at /mnt/share; its *.pub are trusted publishers' keys
  --out DIR            bring what the guest writes to /mnt/out back into DIR
  --root               run as root (else as the user 'dev', in /workspace)
  --bare               do not start the helper
  --desktop            install the desktop app as well
  --terminal           give COMMAND this terminal
  --module NAME        load one more kernel module (again for more)
  --time clock|instructions   time that counts executed instructions, for measuring (clock)
  --timeout SECONDS    end the guest after that time (600; a shell has none)
  --json FILE          write what happened as JSON
  --help               this text
`;

const DEFAULT_TIMEOUT_SECONDS = 600;
/** A person at a shell takes as long as it takes: a day. */
const SHELL_TIMEOUT_SECONDS = 86_400;

export function parseGuestArguments(words: readonly string[]): ParsedArguments {
  const separator = words.indexOf('--');
  const before = separator < 0 ? words : words.slice(0, separator);
  const command = separator < 0 ? [] : words.slice(separator + 1);
  try {
    return interpret(before, command);
  } catch (error) {
    return { kind: 'wrong', message: (error as Error).message };
  }
}

function interpret(words: readonly string[], command: readonly string[]): ParsedArguments {
  const { values } = parseArgs({ args: [...words], options: OPTIONS, strict: true, allowPositionals: false });
  if (values.help === true) return { kind: 'help' };
  if (!isKernel(values.kernel))
    return wrong(`There is no kernel '${values.kernel}'; choose ${Object.keys(KERNELS).join(' or ')}.`);
  if (!isProfile(values.profile)) return wrong(`--profile takes fast or desktop, not '${values.profile}'.`);
  if (!isTime(values.time)) return wrong(`--time takes clock or instructions, not '${values.time}'.`);
  const timeoutSeconds = Number(
    values.timeout ?? (command.length === 0 ? SHELL_TIMEOUT_SECONDS : DEFAULT_TIMEOUT_SECONDS),
  );
  if (!(timeoutSeconds > 0 && timeoutSeconds <= SHELL_TIMEOUT_SECONDS)) {
    return wrong(`--timeout takes seconds up to ${SHELL_TIMEOUT_SECONDS}, not '${values.timeout}'.`);
  }
  const plan: GuestArguments = {
    kernel: values.kernel,
    profile: values.profile,
    command: command.length === 0 ? null : command,
    user: values.root === true ? 'root' : 'dev',
    product: values.bare === true ? 'stopped' : 'running',
    desktop: values.desktop === true,
    terminal: values.terminal === true ? 'wanted' : 'as-needed',
    time: values.time,
    share: values.share,
    out: values.out,
    json: values.json,
    modules: values.module ?? [],
    timeoutSeconds,
  };
  return { kind: 'run', plan };
}

const OPTIONS = {
  kernel: { type: 'string', default: '6.12' },
  profile: { type: 'string', default: 'fast' },
  share: { type: 'string' },
  out: { type: 'string' },
  root: { type: 'boolean' },
  bare: { type: 'boolean' },
  desktop: { type: 'boolean' },
  terminal: { type: 'boolean' },
  module: { type: 'string', multiple: true },
  time: { type: 'string', default: 'clock' },
  timeout: { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean' },
} as const;

function isKernel(name: string): name is Kernel {
  return Object.hasOwn(KERNELS, name);
}

function isProfile(name: string): name is GuestProfile {
  return name === 'fast' || name === 'desktop';
}

function isTime(name: string): name is GuestTime {
  return name === 'clock' || name === 'instructions';
}

function wrong(message: string): ParsedArguments {
  return { kind: 'wrong', message };
}
