import type { Bind, GuestOptions } from './guest-plan.ts';
import { SOFTWARE } from './machine-view.ts';
import { shellAssignments, shellWord } from './shell-words.ts';

/** What a guest is told beside the caller's wishes. */
export type GuestSetting = {
  binds: readonly Bind[];
  /** Paths of the machine that must not exist in the guest. */
  hidden: readonly string[];
  /** Put at the end of PATH. */
  programs: string;
  /** Whether the product's files on the disk belong to someone else than root. */
  productIsForeign: boolean;
  /** Whose rights the file server has on this machine. */
  fileServer: 'root' | 'user';
};

/** The settings that the guest's scripts read: variables, and functions that name what is bound and hidden. */
export function guestSettings(options: GuestOptions, setting: GuestSetting): string {
  const { terminal } = options;
  return [
    shellAssignments({
      GUEST_PROFILE: options.profile ?? 'fast',
      GUEST_USER: options.user,
      GUEST_PRODUCT: options.product ? 'yes' : 'no',
      GUEST_PRODUCT_FOREIGN: setting.productIsForeign ? 'yes' : 'no',
      GUEST_FILESYSTEM: options.filesystem ?? '',
      GUEST_INPUT: options.input === undefined ? 'no' : 'yes',
      GUEST_FILES: options.outputDirectory === undefined ? 'no' : 'yes',
      GUEST_TERMINAL: terminal === undefined ? 'no' : 'yes',
      GUEST_ROWS: String(terminal?.rows ?? 24),
      GUEST_COLUMNS: String(terminal?.columns ?? 80),
      GUEST_TERM: terminal === undefined ? 'dumb' : (process.env.TERM ?? 'linux'),
      FILE_SERVER: setting.fileServer,
      MORE_PATH: setting.programs,
      SOFTWARE: SOFTWARE.join(' '),
    }),
    shellFunction('bind_machine', setting.binds.map(bindCall)),
    shellFunction(
      'hide_secrets',
      setting.hidden.map((path) => `rm -rf ${shellWord(`/root${path}`)}`),
    ),
  ].join('');
}

function bindCall({ host, guest, readonly }: Bind): string {
  return `${readonly ? 'bind' : 'bind_writable'} ${shellWord(`/machine${host}`)} ${shellWord(guest)}`;
}

function shellFunction(name: string, lines: readonly string[]): string {
  return `${name}() {\n${['true', ...lines].map((line) => `  ${line}\n`).join('')}}\n`;
}
