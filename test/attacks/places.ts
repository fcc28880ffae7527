import type { Area, Case } from './attack.ts';

/** Where a victim's things lie in the guest. */
export const HOME = '/home/dev';
export const WORK = `${HOME}/work`;
/** What another program of the victim has open, whichever attacks are tried. */
export const STRANGERS_SECRET = `${HOME}/vault/stranger/id_rsa`;

/** What root has set up for the attacks: nothing of it is the victim's. */
export const STAGE = '/home/shared/attacks';
/** Whoever executes it is root. */
export const AS_ROOT = `${STAGE}/as-root`;

const TOPS: Record<Area, string> = { vault: `${HOME}/vault`, protected: `${HOME}/.ssh` };
export const VAULT_TOP = `${HOME}/vault-top`;

/** The victim's directory of one case. */
export function areaOf({ attack, area }: Pick<Case, 'attack' | 'area'>): string {
  if (attack.top !== true) return `${TOPS[area]}/${attack.name}`;
  return area === 'vault' ? VAULT_TOP : TOPS.protected;
}

/** The directory in which the manifest allows everything but execution. */
export function grantedOf({ attack, area }: Pick<Case, 'attack' | 'area'>): string {
  return `${WORK}/${attack.name}-${area}`;
}

/** Two names of 255 bytes that differ in the last: the granted one and the victim's. */
export const NEAR_NAMES = { granted: `${'a'.repeat(254)}x`, victim: `${'a'.repeat(254)}y` };

/** What stands for the person on a desktop, and a daemon that listens where no directory protects it. */
const DEPUTIES = [
  'stream:@ringfence-scripted-service',
  'stream:@ringfence-scripted-granted',
  'stream:@ringfence-scripted-granted\\x00more',
  'stream:@ringfence-scripted-granted-too',
  'stream:@ringfence-scripted-grant',
  'giver:@ringfence-scripted-giver',
  'opener:@ringfence-scripted-opener',
  'stream:/run/docker.sock',
  'stream:/run/systemd/journal/stdout',
  'datagram:/run/systemd/journal/dev-log',
  'datagram:/run/systemd/notify',
  'sequence:/run/udev/control',
  'stream:/run/user/1000/wayland-97',
  'stream:/run/user/1000/systemd/private',
  'stream:/tmp/ssh-ringfence/agent.97',
  'stream:/home/dev/.gnupg/S.gpg-agent',
  'stream:/home/dev/.screen/server',
  'stream:/home/dev/.screen/moved',
  'stream:/tmp/.X11-unix/X97',
  'stream:@/tmp/.X11-unix/X97',
  'stream:/run/user/1000/bus',
  'stream:/tmp/tmux-1000/default',
];

/** The Unix sockets that a scripted peer serves: those, and one in the directory of each attack on a socket's path. */
export function localSockets(cases: readonly Pick<Case, 'attack' | 'area'>[]): string[] {
  const own = cases.flatMap((one) => {
    if (one.attack.name === 'local-socket') return [`stream:${areaOf(one)}/service`];
    return one.attack.name === 'local-datagram' ? [`datagram:${areaOf(one)}/datagrams`] : [];
  });
  return [...DEPUTIES, ...own];
}
