import type { PolicyError } from '../policy/policy-error.ts';
import { policyFromManifest } from '../policy/policy-from-manifest.ts';
import type { Limits, Policy } from '../policy/rule.ts';
import { failure, type Result, success } from '../result.ts';
import { canonicalBytes } from './canonical.ts';
import { withClassNames } from './class-names.ts';
import { compareLocalNames } from './difference-local-names.ts';
import { compareNetwork } from './difference-network.ts';
import { type Change, comparePaths } from './difference-paths.ts';
import { hostNames } from './host-names.ts';
import { NOMINAL_CONTEXT, whereItApplies, withSymbols } from './nominal-context.ts';
import { joinWords } from './permission-words.ts';
import { KNOWN_FIELDS, type Manifest } from './schema.ts';

export type { Change } from './difference-paths.ts';

export type Difference = {
  /** Whether the new manifest may do anything that the old one may not, or with less asking. */
  readonly more: boolean;
  readonly changes: readonly Change[];
};

export type DifferenceError = { readonly side: 'old' | 'new'; readonly error: PolicyError };

/** What a new version of a manifest may do that the old one may not, and the reverse, by what its rules mean. */
export function compareManifests(old: Manifest, young: Manifest): Result<Difference, DifferenceError> {
  const before = policyOf(old);
  if (!before.ok) return failure({ side: 'old', error: before.error });
  const after = policyOf(young);
  if (!after.ok) return failure({ side: 'new', error: after.error });
  const paths = comparePaths(before.value, after.value);
  const network = compareNetwork(before.value, after.value);
  if (paths === null || network === null) return failure({ side: 'new', error: tooMuch() });
  const changes = [
    ...[...paths, ...network].map(withoutPlaces),
    ...compareLocalNames(before.value, after.value),
    ...compareNames(old, young),
    ...compareLimits(before.value.limits, after.value.limits),
    ...compareViolation(before.value, after.value),
    ...compareMode(old, young),
    ...comparePins(old, young),
    ...compareVariables(old, young),
    ...compareOtherPermissions(old, young),
    ...compareIdentity(old, young),
    ...compareFiles(old, young),
    ...compareOtherFields(old, young),
  ];
  const order = { more: 0, less: 1, other: 2 } as const;
  const sorted = changes.sort((a, b) => order[a.kind] - order[b.kind]);
  return success({ more: sorted.some(({ kind }) => kind === 'more'), changes: sorted });
}

function policyOf(whole: Manifest): Result<Policy, PolicyError> {
  const { manifest, context } = whereItApplies(whole, NOMINAL_CONTEXT);
  const policy = policyFromManifest(manifest, context);
  return policy.ok ? success(withClassNames(policy.value, manifest)) : policy;
}

function tooMuch(): PolicyError {
  const remedy = 'Begin the rules of both with longer fixed paths, or use fewer “**”.';
  return {
    code: 'too-much-work',
    message: 'the two manifests together are too much to compare',
    remedy,
    rules: [],
    pointer: null,
  };
}

/** Examples as a manifest would write them. */
function withoutPlaces(change: Change): Change {
  const { example, text } = change;
  if (example === null) return change;
  const written = withSymbols(example, NOMINAL_CONTEXT);
  return { ...change, example: written, text: text.replace(`such as ${example}`, () => `such as ${written}`) };
}

function change(kind: Change['kind'], text: string, pointer: string | null, side: Change['side'] = 'new'): Change {
  return { kind, text, pointer, side, example: null };
}

/** Host names are compared as they are written. */
function compareNames(old: Manifest, young: Manifest): Change[] {
  const before = hostNames(old);
  const after = hostNames(young);
  const key = ({ list, text }: { list: string; text: string }) => `${list} ${text}`;
  const added = after.filter((one) => !before.some((other) => key(other) === key(one)));
  const removed = before.filter((one) => !after.some((other) => key(other) === key(one)));
  return [
    ...added.map(({ text, pointer, grants }) =>
      change(
        grants ? 'more' : 'less',
        grants ? `may now also reach ${text}` : `asks or refuses now for ${text}`,
        pointer,
      ),
    ),
    ...removed.map(({ text, pointer, grants }) =>
      change(
        grants ? 'less' : 'more',
        grants ? `may no longer reach ${text}` : `no longer asks or refuses for ${text}`,
        pointer,
        'old',
      ),
    ),
  ];
}

const LIMIT_WORDS: Readonly<Record<keyof Limits, string>> = {
  deletionsPerMinute: 'files deleted in a minute',
  processes: 'processes at once',
  bytesSent: 'bytes sent',
};

function compareLimits(before: Limits, after: Limits): Change[] {
  return (Object.keys(LIMIT_WORDS) as (keyof Limits)[]).flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    if (was === is) return [];
    const words = LIMIT_WORDS[name];
    if (is === null) return [change('more', `no limit any more on ${words} (was ${was})`, 'limits')];
    if (was === null) return [change('less', `a limit now on ${words}: ${is}`, 'limits')];
    const kind = is > was ? 'more' : 'less';
    return [change(kind, `limit ${is > was ? 'raised' : 'lowered'} on ${words}: ${was} to ${is}`, 'limits')];
  });
}

function compareViolation(before: Policy, after: Policy): Change[] {
  if (before.onViolation === after.onViolation) return [];
  const text = after.onViolation === 'kill' ? 'a violation now also kills' : 'a violation no longer kills';
  return [change('other', text, 'on_violation')];
}

function compareMode({ mode: was = 'enforce' }: Manifest, { mode: is = 'enforce' }: Manifest): Change[] {
  if (was === is) return [];
  return is === 'audit'
    ? [change('more', 'asks to be audited only: what nothing declares is allowed where that is granted', 'mode')]
    : [change('less', 'no longer asks to be audited only', 'mode')];
}

/** Programs by their content: the rules know only their paths. */
function comparePins(old: Manifest, young: Manifest): Change[] {
  const before = pinsOf(old);
  return [...pinsOf(young)].flatMap(([path, is]) => {
    const was = before.get(path);
    if (was === undefined || was === is) return [];
    if (is === null) return [change('more', `may now run ${path} whatever its content is`, 'permissions.exec')];
    if (was === null) return [change('less', `may run ${path} with one content only: ${is}`, 'permissions.exec')];
    return [change('more', `may now run another ${path}: its content is ${is}, no longer ${was}`, 'permissions.exec')];
  });
}

function pinsOf({ permissions }: Manifest): Map<string, string | null> {
  const entries = [...(permissions.exec ?? []), ...(permissions.require_approval?.exec ?? [])];
  return new Map(entries.map((entry) => (typeof entry === 'string' ? [entry, null] : [entry.path, entry.sha256])));
}

/** Without `pass` it is started with every variable. */
function compareVariables({ permissions: old }: Manifest, { permissions: young }: Manifest): Change[] {
  const [was, is] = [old.env?.pass, young.env?.pass];
  const place = 'permissions.env.pass';
  const changes = compareTexts(old.env?.deny ?? [], young.env?.deny ?? []).map(({ text, isNew }) =>
    isNew
      ? change('less', `no longer gets the environment variable ${text}`, 'permissions.env.deny')
      : change('more', `is no longer kept from the environment variable ${text}`, 'permissions.env.deny', 'old'),
  );
  if (is === undefined && was !== undefined)
    return [change('more', 'gets every environment variable now', place, 'old'), ...changes];
  if (is !== undefined && was === undefined)
    return [
      change('less', `gets only these environment variables now: ${joinWords(is) || 'none of its own'}`, place),
      ...changes,
    ];
  const passed = compareTexts(was ?? [], is ?? []).map(({ text, isNew }) =>
    isNew
      ? change('more', `gets the environment variable ${text} now`, place)
      : change('less', `no longer gets the environment variable ${text}`, place, 'old'),
  );
  return [...passed, ...changes];
}

function compareTexts(was: readonly string[], is: readonly string[]): { text: string; isNew: boolean }[] {
  return [
    ...is.filter((text) => !was.includes(text)).map((text) => ({ text, isNew: true })),
    ...was.filter((text) => !is.includes(text)).map((text) => ({ text, isNew: false })),
  ];
}

/** Permissions that the comparisons above tell. What is new here and not told there is shown as it is written, as more. */
const COMPARED = /^permissions\.(broad|env|(require_approval\.)?(filesystem|network|exec|unix_sockets|classes))(\.|$)/;

function compareOtherPermissions(old: Manifest, young: Manifest): Change[] {
  const texts = ({ permissions }: Manifest) => leaves(permissions, 'permissions');
  return compareTexts(texts(old), texts(young)).map(({ text, isNew }) =>
    change('more', `${text}: this ${isNew ? 'is new' : 'is gone'}`, null, isNew ? 'new' : 'old'),
  );
}

function leaves(value: unknown, place: string): string[] {
  if (COMPARED.test(place)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, place));
  if (typeof value !== 'object' || value === null) return [`${place} ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, `${place}.${name}`));
}

function compareIdentity(old: Manifest, young: Manifest): Change[] {
  const changes: Change[] = [];
  if (old.skill_id !== young.skill_id)
    changes.push(change('other', `another skill: ${old.skill_id} became ${young.skill_id}`, 'skill_id'));
  if (old.version !== young.version)
    changes.push(change('other', `version ${old.version} became ${young.version}`, 'version'));
  const [was, is] = [old.signature, young.signature];
  if (was !== undefined && is === undefined) changes.push(change('other', 'it is no longer signed', null));
  if (was === undefined && is !== undefined)
    changes.push(change('other', `signed now by ${is.signed_by}`, 'signature'));
  if (was !== undefined && is !== undefined) {
    if (was.key_id !== is.key_id)
      changes.push(
        change(
          'other',
          `another key: ${was.key_id ?? 'not named'} became ${is.key_id ?? 'not named'}`,
          'signature.key_id',
        ),
      );
    if (was.signed_by !== is.signed_by)
      changes.push(change('other', `signed by ${is.signed_by}, no longer by ${was.signed_by}`, 'signature.signed_by'));
  }
  return changes;
}

const SHOWN_FILES = 5;

function compareFiles(old: Manifest, young: Manifest): Change[] {
  const before = new Map(Object.entries(old.hashes));
  const after = new Map(Object.entries(young.hashes));
  const added = [...after.keys()].filter((path) => !before.has(path));
  const removed = [...before.keys()].filter((path) => !after.has(path));
  const changed = [...after]
    .filter(([path, hash]) => before.has(path) && before.get(path) !== hash)
    .map(([path]) => path);
  const say = (what: string, paths: readonly string[]) => {
    if (paths.length === 0) return [];
    const shown = paths.slice(0, SHOWN_FILES);
    const rest = paths.length > SHOWN_FILES ? [`${paths.length - SHOWN_FILES} more`] : [];
    return [
      change('other', `${paths.length === 1 ? 'file' : 'files'} ${what}: ${joinWords([...shown, ...rest])}`, 'hashes'),
    ];
  };
  return [...say('added', added), ...say('removed', removed), ...say('changed', changed)];
}

/** Told by the comparisons above. */
const TOLD = new Set(['skill_id', 'version', 'permissions', 'hashes', 'signature', 'on_violation', 'limits', 'mode']);

function compareOtherFields(old: Manifest, young: Manifest): Change[] {
  const names = new Set([...Object.keys(old), ...Object.keys(young)].filter((name) => !TOLD.has(name)));
  return [...names].flatMap((name) => {
    const [was, is] = [old[name], young[name]];
    const texts = [was, is].map((value) => (value === undefined ? 'nothing' : shortened(value)));
    if (texts[0] === texts[1] && sameValue(was, is)) return [];
    const unknown = KNOWN_FIELDS.has(name) ? '' : ', which this version does not know';
    return [change('other', `${name}${unknown}: ${texts[0]} became ${texts[1]}`, name)];
  });
}

function sameValue(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalBytes(one).join() === canonicalBytes(other).join();
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
