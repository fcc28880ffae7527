/** The rules on paths that a manifest makes in a session. */
import { isSocketPath, type Manifest, type PermissionLists, type Program, pathOf } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import { placesOf } from './approval-classes.ts';
import { type BindContext, below } from './bind-context.ts';
import { listedPaths } from './listed-paths.ts';
import { fixedBeginning } from './pattern/fixed-beginning.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import { atOrigin, type PolicyError } from './policy-error.ts';
import { type PathRule, type RuleOrigin, ruleId } from './rule.ts';
import { type Effect, type Operation, PATH_OPERATIONS } from './vocabulary.ts';

/** What each list of paths is about. */
const PATH_LISTS = [
  { name: 'filesystem.read', operations: ['read'], of: ({ filesystem }) => filesystem?.read },
  { name: 'filesystem.write', operations: ['write', 'create', 'delete'], of: ({ filesystem }) => filesystem?.write },
  { name: 'filesystem.create', operations: ['create'], of: ({ filesystem }) => filesystem?.create },
  { name: 'filesystem.delete', operations: ['delete'], of: ({ filesystem }) => filesystem?.delete },
  { name: 'unix_sockets.connect', operations: ['connect'], of: ({ unix_sockets }) => unix_sockets?.connect },
  { name: 'exec', operations: ['exec', 'read'], of: ({ exec }) => exec },
] as const satisfies readonly {
  name: string;
  operations: readonly Operation[];
  of: (lists: PermissionLists) => readonly Program[] | undefined;
}[];

type PathEntry = {
  pointer: string;
  text: string;
  operations: readonly Operation[];
  effect: Effect;
  /** The content it must have. */
  sha256?: string;
};

function entriesOf(lists: PermissionLists, pointer: string, effect: Effect): PathEntry[] {
  return PATH_LISTS.flatMap(({ name, operations, of }) =>
    (of(lists) ?? [])
      .map((entry, index) => ({
        pointer: `${pointer}.${name}[${index}]`,
        text: pathOf(entry),
        ...{ operations, effect },
        ...(typeof entry === 'string' ? {} : { sha256: entry.sha256 }),
      }))
      .filter(({ text }) => name !== 'unix_sockets.connect' || isSocketPath(text)),
  );
}

/** Granting lists, what is denied, then what is asked about, each in the order of the text. */
function pathEntries({ permissions }: Manifest): PathEntry[] {
  const { filesystem, unix_sockets, require_approval: asking } = permissions;
  const bind = (unix_sockets?.bind ?? []).map((text, index): PathEntry => {
    const pointer = `permissions.unix_sockets.bind[${index}]`;
    return { pointer, text, operations: ['create'], effect: 'allow' };
  });
  const denied = (filesystem?.deny ?? []).map((text, index): PathEntry => {
    const pointer = `permissions.filesystem.deny[${index}]`;
    return { pointer, text, operations: PATH_OPERATIONS, effect: 'block' };
  });
  const asked = asking ? entriesOf(asking, 'permissions.require_approval', 'require_approval') : [];
  return [...entriesOf(permissions, 'permissions', 'allow'), ...bind, ...denied, ...asked, ...classEntries(asking)];
}

function classEntries(asking: Manifest['permissions']['require_approval']): PathEntry[] {
  return (asking?.classes ?? []).flatMap((name, index) =>
    placesOf(name).flatMap(({ operations, paths }) =>
      paths.map((text) => ({
        pointer: `permissions.require_approval.classes[${index}]`,
        ...{ text, operations, effect: 'require_approval' as const },
      })),
    ),
  );
}

export function pathRules(
  manifest: Manifest,
  context: BindContext,
): Result<{ rules: PathRule[]; warnings: string[] }, PolicyError> {
  const rules: PathRule[] = [];
  const warnings: string[] = [];
  for (const { pointer, text, operations, effect, sha256 } of pathEntries(manifest)) {
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    const resolved = resolveSymbol(origin, context);
    if (!resolved.ok) return resolved;
    if (resolved.value === null) {
      warnings.push(`“${text}” (${pointer}) has no effect: this session has no workspace. ${WORKSPACE_REMEDY}`);
      continue;
    }
    const parsed = parsePattern(resolved.value);
    if (!parsed.ok) return failure(atOrigin('bad-pattern', origin, parsed.error.message, parsed.error.remedy));
    const changed = sha256 === undefined ? null : checkContent(origin, resolved.value, sha256, context);
    if (changed !== null) return failure(changed);
    for (const pattern of [resolved.value, ...throughLinks(resolved.value, context)]) {
      rules.push({ id: ruleId(rules.length + 1), effect, operations, pattern, silent: false, origin });
    }
  }
  return success({ rules, warnings });
}

function checkContent(
  origin: RuleOrigin,
  pattern: string,
  sha256: string,
  { programs }: BindContext,
): PolicyError | null {
  const { path } = fixedBeginning(pattern);
  const found = programs?.find((program) => program.path === path);
  if (found?.sha256 === sha256) return null;
  const remedy =
    'See which program it is now; if it is right, write its hash and sign again: ringfence manifest sign FILE';
  const problem = found
    ? `its content has the hash ${found.sha256}, not the one named`
    : 'it cannot be read as one file';
  return atOrigin('changed-program', origin, problem, remedy);
}

/** The programs whose content the manifest names, by path: those that the helper hashes, for `programs`. */
export function pinnedPrograms(manifest: Manifest, context: BindContext): string[] {
  const paths = pathEntries(manifest).flatMap(({ pointer, text, sha256 }) => {
    if (sha256 === undefined) return [];
    const resolved = resolveSymbol({ source: 'manifest', pointer, text }, context);
    return resolved.ok && resolved.value !== null ? [fixedBeginning(resolved.value).path] : [];
  });
  return [...new Set(paths)].sort();
}

/** Where links lead of what the pattern begins with, and of each path that it lists in braces. */
function throughLinks(pattern: string, { links }: BindContext): string[] {
  if (links === undefined) return [];
  const { path, rest } = fixedBeginning(pattern);
  const listed = rest === '' ? [] : listedPaths(pattern);
  return [...new Set([...linkedFrom(path, rest, links), ...listed.flatMap((each) => linkedFrom(each, '', links))])];
}

function linkedFrom(place: string, rest: string, links: ReadonlyMap<string, string>): string[] {
  const real = links.get(place);
  return real === undefined || real === place ? [] : [below(real, rest)];
}

/** The paths that the manifest's patterns begin with, sorted: those that the helper follows links of, for `links`. */
export function fixedPaths(manifest: Manifest, context: BindContext): string[] {
  const paths = pathEntries(manifest).flatMap(({ pointer, text }) => {
    const resolved = resolveSymbol({ source: 'manifest', pointer, text }, context);
    return resolved.ok && resolved.value !== null ? [fixedBeginning(resolved.value).path] : [];
  });
  return [...new Set(paths)].filter((path) => path !== '/').sort();
}

const WORKSPACE_REMEDY =
  'Start it in the folder of a project: not in “/”, not in a home, not above a protected location.';

/** The pattern with what its first name stands for; null below a workspace that there is not. */
export function resolveSymbol(origin: RuleOrigin, context: BindContext): Result<string | null, PolicyError> {
  const { text } = origin;
  if (text.startsWith('/')) return success(text);
  const slash = text.indexOf('/');
  const symbol = slash === -1 ? text : text.slice(0, slash);
  const rest = slash === -1 ? '' : text.slice(slash);
  switch (symbol) {
    case '~':
      return success(below(context.home, rest));
    case '$WORKSPACE':
      return success(context.workspace === null ? null : below(context.workspace, rest));
    case '$SKILL':
      return success(below(context.skill, rest));
    case '$TMPDIR':
      return success(below(context.tmpdir, rest));
  }
  if (/^[~$]/.test(symbol)) {
    const remedy = 'use ~, $WORKSPACE, $SKILL or $TMPDIR, or write the whole path';
    return failure(atOrigin('unknown-symbol', origin, `“${symbol}” stands for nothing here`, remedy));
  }
  return failure(
    atOrigin('relative-path', origin, 'the path is not absolute', 'begin it with “/”, “~/” or “$WORKSPACE/”'),
  );
}
