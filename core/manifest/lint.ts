import type { BindContext } from '../policy/bind-context.ts';
import { compile } from '../policy/compile.ts';
import { evaluate } from '../policy/evaluate.ts';
import { loadLocations } from '../policy/locations.ts';
import { fixedBeginning } from '../policy/pattern/fixed-beginning.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import type { Policy } from '../policy/rule.ts';
import { withClassNames } from './class-names.ts';
import { checkHashes, type SkillEntry } from './hashes.ts';
import { parseInstant } from './instant.ts';
import { findBroadNetwork, findBroadPaths, findWritableProgram } from './lint-breadth.ts';
import { type LintFinding, problemOfPolicy } from './lint-finding.ts';
import { findDeputies } from './lint-sockets.ts';
import { findUnusedNetwork, findUnusedPaths } from './lint-unused.ts';
import { NOMINAL_CONTEXT, whereItApplies, withSymbols } from './nominal-context.ts';
import { parseManifest } from './parse.ts';
import { type Places, placed } from './problem.ts';
import type { Manifest } from './schema.ts';
import { checkValidity } from './validity.ts';

export type LintInput = {
  readonly bytes: Uint8Array;
  /** What lies in the skill's folder; null to leave the files alone. */
  readonly entries: readonly SkillEntry[] | null;
  readonly manifestName?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Everything that can be said about a manifest before it is signed, in the order of the text. */
export function lintManifest({ bytes, entries, manifestName, now }: LintInput): LintFinding[] {
  const parsed = parseManifest(bytes);
  if (!parsed.ok) {
    const { more = [], ...first } = parsed.error;
    return [first, ...more].map((error) => ({ level: 'error', ...error }));
  }
  const { value: manifest, warnings, places } = parsed;
  const found = [
    ...warnings.map((warning): LintFinding => ({ level: 'warning', ...warning })),
    ...lintPolicy(manifest),
    ...lintTimes(manifest, now),
    ...lintMode(manifest),
    ...(entries === null ? [] : lintFiles(manifest, entries, manifestName)),
  ];
  return distinct(found.map((finding) => placeOf(finding, places))).sort(inTextOrder);
}

/** An entry that makes several rules, or is told by several checks, is told once for each code. */
function distinct(findings: readonly LintFinding[]): LintFinding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.pointer}`, finding])).values()];
}

function placeOf(finding: LintFinding, places: Places): LintFinding {
  return finding.line === undefined ? placed(finding, places) : finding;
}

function inTextOrder(a: LintFinding, b: LintFinding): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function lintPolicy(whole: Manifest): LintFinding[] {
  const { manifest, context } = whereItApplies(whole, NOMINAL_CONTEXT);
  const policy = policyFromManifest(manifest, context);
  if (!policy.ok) return [{ level: 'error', ...problemOfPolicy(policy.error) }];
  const tables = compile(policy.value, [{ device: 1, root: '/', mountpoint: '/', type: 'ext4' }]);
  if (!tables.ok) return [{ level: 'error', ...problemOfPolicy(tables.error) }];
  const named = withClassNames(policy.value, manifest);
  return [
    ...findBroadPaths(named, context),
    ...findBroadNetwork(named),
    ...findWritableProgram(named, context),
    ...findUnusedPaths(named),
    ...findUnusedNetwork(named),
    ...findClosed(named, context),
    ...findDeputies(named),
  ];
}

/** Grants of what no manifest opens. */
function findClosed(policy: Policy, context: BindContext): LintFinding[] {
  const locations = loadLocations(context.home);
  return policy.paths.flatMap((rule): LintFinding[] => {
    if (rule.origin.source !== 'manifest' || (rule.effect !== 'allow' && rule.effect !== 'require_approval')) return [];
    const { path } = fixedBeginning(rule.pattern);
    const verdicts = rule.operations.map((operation) =>
      operation === 'listen' ? null : evaluate(policy, locations, { operation, path }),
    );
    const closed = verdicts.find((decision) => decision?.reason === 'location');
    if (closed?.location === undefined) return [];
    const place = locations.find(({ name }) => name === closed.location)?.path ?? path;
    const message = `“${rule.origin.text}” has no effect: ${withSymbols(place, context)} is closed to every skill`;
    const remedy = 'Remove it: no manifest opens a protected location.';
    return [{ level: 'warning', code: 'protected-location', message, remedy, pointer: rule.origin.pointer }];
  });
}

const SOON_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

function lintTimes(manifest: Manifest, now: number): LintFinding[] {
  const refused = checkValidity(manifest, now);
  if (refused !== null) return [{ level: 'error', ...refused }];
  const { expires } = manifest;
  const until = expires === undefined ? null : parseInstant(expires);
  if (until === null || until.milliseconds > now + SOON_MILLISECONDS) return [];
  const remedy = 'Give it a later day and sign it again: ringfence manifest sign FILE';
  const message = `the manifest expires at ${expires}`;
  return [{ level: 'warning', code: 'expires-soon', message, remedy, pointer: 'expires' }];
}

function lintMode({ mode }: Manifest): LintFinding[] {
  if (mode !== 'audit') return [];
  const message = 'it asks to be audited only: where that is granted, what nothing declares is allowed and recorded';
  const remedy = 'Leave mode out once the manifest has what the skill needs.';
  return [{ level: 'warning', code: 'not-enforced', message, remedy, pointer: 'mode' }];
}

/** Files that do not fit: an error once it is signed, since the guard refuses it; before that `sign` writes them anew. */
function lintFiles(manifest: Manifest, entries: readonly SkillEntry[], manifestName?: string): LintFinding[] {
  const checked = checkHashes(manifest, entries, manifestName === undefined ? {} : { manifestName });
  if (checked.ok) return [];
  const level = manifest.signature === undefined ? 'warning' : 'error';
  return checked.error.map(({ paths: _, ...error }) => ({ level, ...error }));
}
