/** Where a bound skill lies: its path has to lead to the folder that was bound, with nothing mounted over it or inside since. */
import { statSync } from 'node:fs';
import type { Mount } from '../../core/policy/tables.ts';
import type { FileIdentity } from './writer-of.ts';

export interface SkillPlace extends FileIdentity {
  /** What is mounted inside the folder. */
  readonly mounts: string;
}

/** Of a folder that was found at its path. */
export function placeOf(folder: string, { dev, ino }: FileIdentity, mounts: readonly Mount[]): SkillPlace {
  return { dev, ino, mounts: mountsInside(folder, mounts) };
}

export function isInPlace(folder: string, place: SkillPlace, mounts: readonly Mount[]): boolean {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return dev === place.dev && ino === place.ino && mountsInside(folder, mounts) === place.mounts;
  } catch {
    return false;
  }
}

function mountsInside(folder: string, mounts: readonly Mount[]): string {
  const inside = mounts.filter(({ mountpoint }) => mountpoint.startsWith(`${folder}/`));
  return JSON.stringify(inside.map(({ device, root, mountpoint }) => [mountpoint, device, root]));
}
