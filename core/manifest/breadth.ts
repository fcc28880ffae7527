/** Grants of nearly everything: they have to be meant. */
import { utf8 } from '../policy/pattern/bytes.ts';
import { matchPath } from '../policy/pattern/match-path.ts';
import { parsePattern } from '../policy/pattern/parse-pattern.ts';
import { parseEgress } from './egress.ts';
import { pointerTo } from './pointer.ts';
import type { Manifest, PermissionLists, Program } from './schema.ts';

/** Whose home it is does not matter; no manifest names it. */
const HOME = ['home', 'a person whom no manifest names'];
const UNNAMED = ['a folder no manifest names', 'a file no manifest names'];

/** Files that only a pattern for nearly everything takes in: below the root, below all homes, below one's own. */
const ANYWHERE = [UNNAMED, [...HOME, ...UNNAMED], ['root', ...UNNAMED]].map((names) => names.map(utf8));

export type BroadGrant = { readonly pointer: string; readonly text: string };

/** The entries that grant nearly everything, in the order of the lists. What is only asked about is no grant. */
export function broadGrants({ permissions }: Pick<Manifest, 'permissions'>): BroadGrant[] {
  const paths = pathLists(permissions).flatMap(([pointer, entries]) =>
    entries.map((entry, index) => ({ pointer: pointerTo(pointer, index), text: pathOf(entry) })),
  );
  const addresses = (permissions.network?.egress ?? []).map((text, index) => ({
    pointer: pointerTo('permissions.network.egress', index),
    text,
  }));
  return [...paths.filter(({ text }) => isBroadPath(text)), ...addresses.filter(({ text }) => isBroadAddress(text))];
}

/** The path or pattern of a program. */
export function pathOf(entry: Program): string {
  return typeof entry === 'string' ? entry : entry.path;
}

function pathLists({ filesystem, unix_sockets, exec }: PermissionLists): [string, readonly Program[]][] {
  return [
    ['permissions.filesystem.read', filesystem?.read ?? []],
    ['permissions.filesystem.write', filesystem?.write ?? []],
    ['permissions.filesystem.create', filesystem?.create ?? []],
    ['permissions.filesystem.delete', filesystem?.delete ?? []],
    ['permissions.unix_sockets.connect', unix_sockets?.connect ?? []],
    ['permissions.exec', exec ?? []],
  ];
}

function isBroadPath(text: string): boolean {
  // a home by its owner's name is a whole home too
  const patterns = parsePattern(text.replace(/^(~|\/home\/[^/*?[{\\]+)(?=\/|$)/, `/${HOME.join('/')}`));
  return patterns.ok && patterns.value.some((pattern) => ANYWHERE.some((path) => matchPath(pattern, path)));
}

function isBroadAddress(text: string): boolean {
  const parsed = parseEgress(text);
  return parsed.ok && parsed.value.kind === 'address' && parsed.value.prefix.endsWith('/0');
}
