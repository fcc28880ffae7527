/** Interpreters that a user has brought along: those that `PATH` finds outside of where a system keeps its own. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { interpreterNamed } from '../../core/policy/interpreters.ts';
import { MAX_INTERPRETERS } from '../../core/protocol/limits.ts';

/** The helper looks there itself. */
const SYSTEM = ['/usr/bin', '/usr/local/bin', '/bin', '/sbin', '/usr/sbin', '/usr/local/sbin'];

/** As many as one line has room for. */
const MOST_NAMED = 20;

/** Real paths, those first that matter most. The helper takes no more than are kept. */
export type OwnInterpreters = { readonly kept: readonly string[]; readonly leftOut: readonly string[] };

type Found = { readonly folder: string; readonly kind: string; readonly path: string; readonly identity: string };

/**
 * Each file once, by whatever names. Kinds take turns, and so do the folders of each kind, in the order of `PATH` and each with its plainest
 * name first: one folder that is full of them, or many versions of one kind, cut nothing else off.
 */
export function ownInterpreters(path: string): OwnInterpreters {
  const folders = path.split(':').filter((folder) => folder.startsWith('/') && !SYSTEM.includes(folder));
  const files = oncePerFile([...new Set(folders)].flatMap(interpretersIn));
  const kinds = grouped(files, ({ kind }) => kind).map((ofKind) => inTurn(grouped(ofKind, ({ folder }) => folder)));
  const paths = inTurn(kinds).map((one) => one.path);
  return { kept: paths.slice(0, MAX_INTERPRETERS), leftOut: paths.slice(MAX_INTERPRETERS) };
}

/** What is said of those that are left out: nothing, or one sentence. */
export function interpretersLeftOut(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
  const named = `${paths.slice(0, MOST_NAMED).join(', ')}${more}`;
  return [`${paths.length} interpreters of PATH beyond ${MAX_INTERPRETERS} are known by their names alone: ${named}`];
}

function interpretersIn(folder: string): Found[] {
  return namesIn(folder).flatMap((name) => {
    const kind = interpreterNamed(name)?.name;
    return kind === undefined ? [] : realFile(join(folder, name)).map((file) => ({ folder, kind, ...file }));
  });
}

/** The plainest first: `python3` goes before `python3.12`. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort((one, other) => one.length - other.length || (one < other ? -1 : 1));
  } catch {
    return []; // PATH may name what is not there
  }
}

function realFile(name: string): Pick<Found, 'path' | 'identity'>[] {
  try {
    const path = realpathSync(name);
    const stat = statSync(path, { bigint: true });
    return stat.isFile() ? [{ path, identity: `${stat.dev}:${stat.ino}` }] : [];
  } catch {
    return []; // a link that leads nowhere
  }
}

function oncePerFile(found: readonly Found[]): Found[] {
  return grouped(found, ({ identity }) => identity).flatMap((same) => same.slice(0, 1));
}

function grouped<T>(all: readonly T[], by: (one: T) => string): T[][] {
  return [...Map.groupBy(all, by).values()];
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}
