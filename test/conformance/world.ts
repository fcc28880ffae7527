import type { Mount } from '../../core/policy/tables.ts';
import { hostPathsOf } from '../../core/policy/testing/generated-policy.ts';

/** Names from the root of a filesystem. */
export type Names = readonly string[];

/** One filesystem, where the host shows it, and the folder of it in which a history takes place. */
export type World = {
  readonly name: string;
  /** All of the same device. */
  readonly mounts: readonly Mount[];
  readonly home: Names;
  /** Folders that must stay where they are: mounts show them elsewhere. */
  readonly pinned: readonly Names[];
};

/** Every host path of an object; empty for one that no mount shows. */
export function shownAt(world: World, names: Names): string[] {
  return hostPathsOf(names, world.mounts);
}

/** The names of the object with this host path; null when it is no object of this world. */
export function namesOf({ mounts, home }: World, hostNames: Names): Names | null {
  for (const { root, mountpoint } of mounts) {
    const above = split(mountpoint);
    if (!isAtOrBelow(hostNames, above)) continue;
    const names = [...split(root), ...hostNames.slice(above.length)];
    if (names.length > home.length && isAtOrBelow(names, home)) return names;
  }
  return null;
}

/** Host paths that patterns may begin with to speak of this world. */
export function placesOf({ mounts, home }: World): string[] {
  const places = mounts.flatMap(({ root, mountpoint }) => {
    const from = split(root);
    const above = mountpoint === '/' ? '' : mountpoint;
    if (isAtOrBelow(home, from)) return [above + pathOf(home.slice(from.length))];
    return isAtOrBelow(from, home) ? [above] : [];
  });
  return [...new Set(places)];
}

export function isAtOrBelow(names: Names, directory: Names): boolean {
  return directory.length <= names.length && directory.every((name, i) => name === names[i]);
}

export function pathOf(names: Names): string {
  return names.map((name) => `/${name}`).join('');
}

export function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}
