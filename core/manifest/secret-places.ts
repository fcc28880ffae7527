import { z } from 'zod';
import data from './secret-places.json' with { type: 'json' };

export const secretPlacesSchema = z.strictObject({
  about: z.string(),
  /** Below a home; with all that is below them. */
  places: z.array(z.string().regex(/^[^/~*][^~*]*$/)).min(1),
  /** Names of files anywhere; `*` stands for any characters. */
  names: z.array(z.string().regex(/^[^/]+$/)).min(1),
  programs: z.array(z.string().regex(/^[^/]+$/)).min(1),
});

const known = secretPlacesSchema.parse(data);
const NAMES = known.names.map((name) => new RegExp(`^${name.replace(/[.]/g, '\\.').replaceAll('*', '.*')}$`, 'i'));

/** Whether a path as a manifest writes it is, or lies in, a place where secrets are kept. */
export function isSecretPlace(path: string): boolean {
  const below = /^(?:~|\$HOME|\$\{HOME\}|\/home\/[^/]+|\/root)\/(.*)$/.exec(path)?.[1];
  const isPlace = known.places.some((place) => below === place || below?.startsWith(`${place}/`));
  return isPlace || path.split('/').some((name) => NAMES.some((pattern) => pattern.test(name)));
}

/** Whether a program hands out the rights of others: those of root, of keys, of other machines. */
export function handsOutRights(program: string): boolean {
  return known.programs.includes(program.slice(program.lastIndexOf('/') + 1));
}

/** Files that stand for the places: what a grant must not match if it is to leave secrets alone. */
export function secretFiles(home: string): string[] {
  return known.places.flatMap((place) => [`${home}/${place}`, `${home}/${place}/any`]);
}
