import type { Area, Case } from './attack.ts';

/** Where a victim's things lie in the guest. */
export const HOME = '/home/dev';
export const WORK = `${HOME}/work`;

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
