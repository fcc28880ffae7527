import { z } from 'zod';
import data from './locations.json' with { type: 'json' };
import { OPERATIONS, type Operation } from './vocabulary.ts';

/** Names a location in events; 1, 2, 3 … in the order of the data file. */
export type LocationId = number & { readonly brand: 'LocationId' };

/** A place that no manifest opens: with all that is below it, by identity, for every agent. */
export type ProtectedLocation = {
  id: LocationId;
  name: string;
  /** Absolute host path. */
  path: string;
  /** `manifest`: the manifest decides. */
  verdicts: Readonly<Record<Operation, 'block' | 'manifest'>>;
  /**
   * `file`: what lies inside is known by identity as well, so that a link to it from elsewhere does not help. `folder`: it changes
   * too often for that, and holds no secret.
   */
  by: 'file' | 'folder';
  why: string;
};

export const locationsSchema = z.strictObject({
  locations: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z][a-z0-9-]*$/),
      /** Absolute, or below `~`; a location is a place, so it has no wildcards. */
      path: z.string().regex(/^~?(\/[^/*?[\]{}\\]+)+$/),
      refuses: z.array(z.enum(OPERATIONS)).min(1),
      by: z.enum(['file', 'folder']).default('file'),
      why: z.string().min(1),
    }),
  ),
});

const known = locationsSchema.parse(data).locations;

/** The protected locations for agents of the user with this home directory. */
export function loadLocations(home: string): ProtectedLocation[] {
  if (!home.startsWith('/')) throw new Error('a home directory is an absolute path');
  const prefix = home.replace(/\/+$/, '');
  return known.map(({ name, path, refuses, by, why }, index) => ({
    id: (index + 1) as LocationId,
    name,
    path: path.startsWith('~') ? prefix + path.slice(1) : path,
    verdicts: verdictsOf(refuses),
    by,
    why,
  }));
}

function verdictsOf(refused: readonly Operation[]): Record<Operation, 'block' | 'manifest'> {
  const verdict = (operation: Operation) => (refused.includes(operation) ? 'block' : 'manifest');
  return {
    read: verdict('read'),
    write: verdict('write'),
    create: verdict('create'),
    delete: verdict('delete'),
    exec: verdict('exec'),
    connect: verdict('connect'),
    listen: verdict('listen'),
  };
}
