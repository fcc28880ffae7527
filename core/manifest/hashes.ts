import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { quoteVisibly } from './hidden-character.ts';
import { MAX_SKILL_BYTES, MAX_SKILL_FILES } from './limits.ts';
import { pointerTo } from './pointer.ts';
import { type HashCode, type HashError, type Places, placed } from './problem.ts';
import type { Manifest } from './schema.ts';

/** What stands at a path below the skill's folder; directories are not told, `sha256` is 64 lowercase hex digits. */
export type SkillEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly sha256: string;
      readonly links: number;
      readonly bytes: number;
    }
  | { readonly kind: 'symbolic-link' | 'special' | 'unreadable'; readonly path: string };

/** Name of a manifest inside the skill's folder, and of a detached signature beside it: neither hashes itself. */
export const MANIFEST_NAME = 'clawmanifest.json';
export const DETACHED_NAME = 'clawmanifest.sig';

export type HashOptions = { readonly manifestName?: string; readonly places?: Places };

const HASH = /^sha256:[0-9a-f]{64}$/;
const SIGN_AGAIN = 'If you made the change, sign again: ringfence manifest sign FILE. If not, get the skill again.';

/**
 * Whether `hashes` lists every regular file of the skill with its content, and nothing else is there.
 * Files that share a reason make one error; all reasons are returned.
 */
export function checkHashes(
  manifest: Manifest,
  entries: readonly SkillEntry[],
  options: HashOptions = {},
): Result<void, HashError[]> {
  const own = new Set([options.manifestName ?? MANIFEST_NAME, DETACHED_NAME]);
  const present = entries.filter((entry) => entry.kind !== 'file' || !own.has(entry.path));
  const listed = new Map(Object.entries(manifest.hashes));
  const errors = [...checkEntries(present), ...checkForms(listed), ...compare(listed, present)];
  if (errors.length === 0) return success(undefined);
  return failure(errors.map((error) => placed(error, options.places)));
}

/** The `hashes` that fit these files. */
export function hashesOf(entries: readonly SkillEntry[], manifestName: string = MANIFEST_NAME): Record<string, string> {
  const files = entries.filter(
    (entry) => entry.kind === 'file' && entry.path !== manifestName && entry.path !== DETACHED_NAME,
  );
  const sorted = files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const hashes: Record<string, string> = Object.create(null);
  for (const file of sorted) if (file.kind === 'file') hashes[file.path] = `sha256:${file.sha256}`;
  return hashes;
}

/** What a skill may not hold, whatever its manifest says. */
export function checkEntries(entries: readonly SkillEntry[]): HashError[] {
  const paths = (fits: (entry: SkillEntry) => boolean) => entries.filter(fits).map((entry) => entry.path);
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0);
  return [
    ...problem(
      'symbolic-link',
      paths((entry) => entry.kind === 'symbolic-link'),
      'symbolic links',
      {
        message: 'a skill may hold no symbolic links',
        remedy: 'Replace the link by the file it leads to, then sign again.',
      },
    ),
    ...problem(
      'hard-link',
      paths((entry) => entry.kind === 'file' && entry.links > 1),
      'files',
      {
        message: 'a file of the skill has a second name (hard link) through which it could be changed',
        remedy: 'Replace it by a copy: cp --remove-destination, or copy it away and back.',
      },
    ),
    ...problem(
      'special-file',
      paths((entry) => entry.kind === 'special'),
      'files',
      {
        message: 'a skill may hold only regular files and directories',
        remedy: 'Remove the socket, pipe or device.',
      },
    ),
    ...problem(
      'unreadable-file',
      paths((entry) => entry.kind === 'unreadable'),
      'files',
      {
        message: 'a file of the skill cannot be read, or its name is not UTF-8',
        remedy: 'Make it readable, or rename it.',
      },
    ),
    ...(entries.length > MAX_SKILL_FILES || bytes > MAX_SKILL_BYTES ? [tooMany()] : []),
  ];
}

function tooMany(): HashError {
  const megabytes = MAX_SKILL_BYTES / (1024 * 1024);
  const message = `the skill's folder holds more than ${MAX_SKILL_FILES} files or ${megabytes} MiB`;
  const remedy = "Move what is not part of the skill (node_modules, .git, data) out of the skill's folder.";
  return { code: 'too-many-files', message, remedy, pointer: 'hashes', paths: [] };
}

function checkForms(listed: ReadonlyMap<string, string>): HashError[] {
  const malformed = [...listed].filter(([, hash]) => !HASH.test(hash));
  const shortened = malformed.filter(([, hash]) => /^sha256:[0-9a-f]*(\.\.\.|…)?$/.test(hash) && hash.length < 71);
  const others = malformed.filter((entry) => !shortened.includes(entry));
  return [
    ...problem(
      'malformed-hash',
      shortened.map(([path]) => path),
      'hashes',
      {
        message: 'a hash is shortened: it has fewer than 64 hex digits, so it proves nothing',
        remedy: 'Have it written whole: ringfence manifest sign FILE',
      },
    ),
    ...problem(
      'malformed-hash',
      others.map(([path]) => path),
      'hashes',
      {
        message: 'a hash is not "sha256:" and 64 lowercase hex digits',
        remedy: 'Have it written: ringfence manifest sign FILE',
      },
    ),
  ];
}

function compare(listed: ReadonlyMap<string, string>, entries: readonly SkillEntry[]): HashError[] {
  const present = new Map(entries.map((entry) => [entry.path, entry]));
  const missing = [...listed.keys()].filter((path) => !present.has(path));
  const unlisted = entries
    .filter((entry) => entry.kind === 'file' && !listed.has(entry.path))
    .map((entry) => entry.path);
  const changed = entries.filter((entry) => {
    const hash = listed.get(entry.path);
    return entry.kind === 'file' && hash !== undefined && HASH.test(hash) && hash !== `sha256:${entry.sha256}`;
  });
  return [
    ...problem(
      'changed-file',
      changed.map((entry) => entry.path),
      'files',
      {
        message: 'a file was changed since the manifest was signed',
        remedy: SIGN_AGAIN,
      },
    ),
    ...problem('missing-file', missing, 'files', {
      message: "a file that the manifest lists is not in the skill's folder",
      remedy: 'Put it back, or sign again without it: ringfence manifest sign FILE',
    }),
    ...problem('unlisted-file', unlisted, 'files', {
      message: "a file in the skill's folder is not listed in hashes",
      remedy: 'Remove it, or look at it and sign again: ringfence manifest sign FILE',
    }),
  ];
}

type Words = { readonly message: string; readonly remedy: string };

function problem(code: HashCode, paths: readonly string[], things: string, words: Words): HashError[] {
  const [first] = paths;
  if (first === undefined) return [];
  const shown = paths.slice(0, 5).map(quoteVisibly).join(', ');
  const rest = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  const count = paths.length === 1 ? '' : ` (${paths.length} ${things})`;
  const message = `${words.message}${count}: ${shown}${rest}`;
  return [{ code, message, remedy: words.remedy, pointer: pointerTo('hashes', first), paths }];
}
