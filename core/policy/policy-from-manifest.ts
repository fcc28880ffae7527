import { type Manifest, type PermissionLists, parseEgress } from '../manifest/index.ts';
import { failure, type Result, success } from '../result.ts';
import { baseRules } from './base.ts';
import { MAX_RULES } from './limits.ts';
import { fixedBeginning } from './pattern/fixed-beginning.ts';
import { escapePattern, parsePattern } from './pattern/parse-pattern.ts';
import type { PolicyError } from './policy-error.ts';
import {
  type NetworkRule,
  NO_LIMITS,
  type PathRule,
  type Policy,
  REFUSE_UNDECLARED,
  type RuleOrigin,
  ruleId,
} from './rule.ts';
import type { Effect, Operation } from './vocabulary.ts';

/** What the symbols of a manifest stand for in one session: absolute paths of the host, without wildcards. */
export type BindContext = {
  home: string;
  /** Null when there is none that could be granted: the working directory is `/`, a home, or holds a protected location. */
  workspace: string | null;
  skill: string;
  tmpdir: string;
  /**
   * Where paths of `fixedPaths` lead when links are followed, for those that lead elsewhere. The kernel judges objects, and
   * `/usr/bin/python3` is none. To hold only links that no agent can have made: owned by root, in directories of root.
   */
  links?: ReadonlyMap<string, string>;
};

/** What each list of paths is about. */
const PATH_LISTS = [
  { name: 'filesystem.read', operations: ['read'], of: ({ filesystem }) => filesystem?.read },
  { name: 'filesystem.write', operations: ['write', 'create', 'delete'], of: ({ filesystem }) => filesystem?.write },
  { name: 'exec', operations: ['exec', 'read'], of: ({ exec }) => exec },
] as const satisfies readonly {
  name: string;
  operations: readonly Operation[];
  of: (lists: PermissionLists) => readonly string[] | undefined;
}[];

/** The two places where lists stand, and what their entries do. */
function sections({ permissions }: Manifest): { lists: PermissionLists; pointer: string; effect: Effect }[] {
  const { require_approval: asking } = permissions;
  const granting = { lists: permissions, pointer: 'permissions', effect: 'allow' } as const;
  if (asking === undefined) return [granting];
  return [granting, { lists: asking, pointer: 'permissions.require_approval', effect: 'require_approval' }];
}

/**
 * The policy of a session: what the manifest grants and asks about, numbered first, then the base. Host names have no effect yet; the
 * manifest's own warnings say so.
 */
export function policyFromManifest(manifest: Manifest, context: BindContext): Result<Policy, PolicyError> {
  const broken = checkContext(context);
  if (broken !== null) return failure(broken);
  const paths = pathRules(manifest, context);
  if (!paths.ok) return paths;
  const network = networkRules(manifest, paths.value.rules.length + 1);
  if (!network.ok) return network;
  const base = baseRules(paths.value.rules.length + network.value.length + 1);
  const count = paths.value.rules.length + network.value.length + base.length;
  if (count > MAX_RULES) return failure(tooManyRules(count));
  return success({
    paths: [...paths.value.rules, ...base],
    network: network.value,
    onViolation: manifest.on_violation ?? 'block',
    undeclared: REFUSE_UNDECLARED,
    limits: NO_LIMITS,
    warnings: paths.value.warnings,
  });
}

type PathEntry = { pointer: string; text: string; operations: readonly Operation[]; effect: Effect };

function pathEntries(manifest: Manifest): PathEntry[] {
  return sections(manifest).flatMap(({ lists, pointer, effect }) =>
    PATH_LISTS.flatMap(({ name, operations, of }) =>
      (of(lists) ?? []).map((text, index) => ({ pointer: `${pointer}.${name}[${index}]`, text, operations, effect })),
    ),
  );
}

function pathRules(
  manifest: Manifest,
  context: BindContext,
): Result<{ rules: PathRule[]; warnings: string[] }, PolicyError> {
  const rules: PathRule[] = [];
  const warnings: string[] = [];
  for (const { pointer, text, operations, effect } of pathEntries(manifest)) {
    const origin: RuleOrigin = { source: 'manifest', pointer, text };
    const resolved = resolveSymbol(origin, context);
    if (!resolved.ok) return resolved;
    if (resolved.value === null) {
      warnings.push(`“${text}” (${pointer}) has no effect: this session has no workspace. ${WORKSPACE_REMEDY}`);
      continue;
    }
    const parsed = parsePattern(resolved.value);
    if (!parsed.ok) return failure(atOrigin('bad-pattern', origin, parsed.error.message, parsed.error.remedy));
    for (const pattern of [resolved.value, ...throughLinks(resolved.value, context)]) {
      rules.push({ id: ruleId(rules.length + 1), effect, operations, pattern, silent: false, origin });
    }
  }
  return success({ rules, warnings });
}

function throughLinks(pattern: string, { links }: BindContext): string[] {
  const { path, rest } = fixedBeginning(pattern);
  const real = links?.get(path);
  return real === undefined || real === path ? [] : [below(real, rest)];
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
function resolveSymbol(origin: RuleOrigin, context: BindContext): Result<string | null, PolicyError> {
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

function below(directory: string, rest: string): string {
  const escaped = escapePattern(directory.replace(/\/+$/, ''));
  return escaped + rest === '' ? '/' : escaped + rest;
}

function networkRules(manifest: Manifest, firstId: number): Result<NetworkRule[], PolicyError> {
  const rules: NetworkRule[] = [];
  for (const { lists, pointer, effect } of sections(manifest)) {
    for (const [index, text] of (lists.network?.egress ?? []).entries()) {
      const origin: RuleOrigin = { source: 'manifest', pointer: `${pointer}.network.egress[${index}]`, text };
      const egress = parseEgress(text);
      if (!egress.ok) return failure(atOrigin('bad-destination', origin, egress.error.message, egress.error.remedy));
      if (egress.value.kind === 'name') continue;
      const { prefix, ports } = egress.value;
      rules.push({
        id: ruleId(firstId + rules.length),
        effect,
        operation: 'connect',
        prefix,
        ports,
        protocol: 'any',
        origin,
      });
    }
  }
  return success(rules);
}

function checkContext(context: BindContext): PolicyError | null {
  const { home, workspace, skill, tmpdir, links } = context;
  const ends = [...(links ?? [])].map(([from, to]): [string, string] => [`linked (from ${from})`, to]);
  const places = [...Object.entries({ home, workspace, skill, tmpdir }), ...ends];
  for (const [name, path] of places) {
    if (path === null) continue;
    const isPlain = path.startsWith('/') && !path.split('/').some((part) => part === '.' || part === '..');
    if (isPlain && path.isWellFormed()) continue;
    return {
      code: 'bad-context',
      message: `the ${name} path “${path}” is no plain absolute path`,
      remedy: 'resolve it first',
      rules: [],
      pointer: null,
    };
  }
  return null;
}

function atOrigin(code: PolicyError['code'], origin: RuleOrigin, problem: string, remedy: string): PolicyError {
  return { code, message: `“${origin.text}”: ${problem}`, remedy, rules: [], pointer: origin.pointer };
}

function tooManyRules(count: number): PolicyError {
  return {
    code: 'too-many-rules',
    message: `the manifest and the base make ${count} rules, more than ${MAX_RULES}`,
    remedy: 'join entries by patterns such as “dir/**” or “{a,b}”',
    rules: [],
    pointer: null,
  };
}
