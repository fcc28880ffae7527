import type { z } from 'zod';
import { broadGrants } from './breadth.ts';
import type { CheckParams } from './field-checks.ts';
import { findHiddenCharacter, quoteVisibly } from './hidden-character.ts';
import { pointerOf, pointerTo } from './pointer.ts';
import type { FieldCode, ManifestError, ManifestWarning, Places } from './problem.ts';
import { placed } from './problem.ts';
import { KNOWN_FIELDS, type Manifest, manifestSchema } from './schema.ts';
import { type JsonObject, type JsonValue, parseStrictJson } from './strict-json.ts';
import { findWarnings } from './warnings.ts';

/** A Result<Manifest, ManifestError> with what else the text tells; `error.more` holds further reasons. */
export type ParsedManifest =
  | {
      readonly ok: true;
      readonly value: Manifest;
      readonly warnings: readonly ManifestWarning[];
      readonly places: Places;
    }
  | { readonly ok: false; readonly error: ManifestError };

/** Reads a clawmanifest.json strictly. Says nothing yet about signature and files: see `verifyManifest`. */
export function parseManifest(bytes: Uint8Array): ParsedManifest {
  const document = parseStrictJson(bytes);
  return document.ok ? judge(document.value.value, document.value.places) : document;
}

/** Reads a manifest that is still to be hashed and signed: what it says of hashes and signatures is left out. */
export function parseDraft(bytes: Uint8Array): ParsedManifest {
  const document = parseStrictJson(bytes);
  if (!document.ok) return document;
  const { value, places } = document.value;
  if (!isObject(value)) return judge(value, places);
  const { signature: _, signatures: __, ...rest } = value;
  return judge({ ...rest, hashes: {} }, places);
}

function judge(value: JsonValue, places: Places): ParsedManifest {
  const problems = findProblems(value, places)
    .map((problem) => placed(problem, places))
    .sort(inTextOrder);
  const [first, ...more] = problems;
  if (first !== undefined) return { ok: false, error: more.length === 0 ? first : { ...first, more } };
  // The schema transforms nothing, so the value read is the manifest, unknown fields and order included.
  const manifest = value as Manifest;
  return { ok: true, value: manifest, warnings: findWarnings(manifest, places), places };
}

function findProblems(value: JsonValue, places: Places): ManifestError[] {
  if (!isObject(value)) {
    const message = `the manifest is ${kindOf(value)}, not an object`;
    return [
      { code: 'wrong-type', message, remedy: 'Begin it with { and end it with }.', pointer: '', ...places.get('') },
    ];
  }
  const parsed = manifestSchema.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, value));
  const broad = parsed.success ? broadWithoutFlag(parsed.data) : [];
  return [...issues, ...hiddenNames(value, ''), ...unknownCritical(value), ...broad];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inTextOrder(a: ManifestError, b: ManifestError): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function problemsOf(issue: z.core.$ZodIssue, root: JsonValue): ManifestError[] {
  const pointer = pointerOf(issue.path);
  const shown = pointer === '' ? 'the manifest' : pointer;
  switch (issue.code) {
    case 'custom': {
      const { code, remedy } = issue.params as CheckParams;
      return [{ code, message: `${shown}: ${issue.message}`, remedy, pointer }];
    }
    case 'invalid_key':
      return issue.issues.flatMap((inner) => problemsOf({ ...inner, path: issue.path }, root));
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownPermission(pointer, key));
    case 'invalid_value': {
      const remedy = `Write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`;
      return [{ code: 'bad-value', message: `${shown} has a value this version does not know`, remedy, pointer }];
    }
    case 'invalid_union':
      return ofTheMeantForm(issue, root);
    case 'invalid_type':
      return [wrongType(issue.expected, issue.path, root)];
    default:
      return [{ code: 'bad-value', message: `${shown}: ${issue.message}`, remedy: 'Correct the value.', pointer }];
  }
}

/** Of the forms a value may have, the one whose kind it has was meant. */
function ofTheMeantForm(issue: z.core.$ZodIssueInvalidUnion, root: JsonValue): ManifestError[] {
  const forms = issue.errors.map((inner) => inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] })));
  const isOfItsKind = (form: readonly z.core.$ZodIssue[]) =>
    !form.some((one) => one.code === 'invalid_type' && one.path.length === issue.path.length);
  const meant = forms.find(isOfItsKind) ?? forms[0] ?? [];
  return meant.flatMap((one) => problemsOf(one, root));
}

function unknownPermission(parent: string, key: string): ManifestError {
  return {
    code: 'unknown-permission',
    message: `${pointerTo(parent, key)} is not known to this version`,
    remedy: 'Correct its name or remove it: what is not understood is never skipped here.',
    pointer: pointerTo(parent, key),
  };
}

function wrongType(expected: string, path: readonly PropertyKey[], root: JsonValue): ManifestError {
  const pointer = pointerOf(path);
  const found = valueAt(root, path);
  if (found === undefined) {
    const parent = pointerOf(path.slice(0, -1));
    const message = `${parent === '' ? 'the manifest' : parent} has no "${String(path.at(-1))}"`;
    return {
      code: 'missing-field',
      message,
      remedy: `Add "${String(path.at(-1))}": ${example(expected)}.`,
      pointer: parent,
    };
  }
  const remedy = `Write ${example(expected)}.`;
  return {
    code: 'wrong-type',
    message: `${pointer} is ${kindOf(found)}, not ${withArticle(expected)}`,
    remedy,
    pointer,
  };
}

function valueAt(root: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isObject(value) && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined;
  }
  return value;
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : withArticle(typeof value);
}

function withArticle(type: string): string {
  if (type === 'array') return 'a list';
  return type === 'object' || type === 'record' ? 'an object' : `a ${type}`;
}

function example(type: string): string {
  if (type === 'array') return 'a list in brackets, such as []';
  return type === 'object' || type === 'record'
    ? 'an object in braces, such as {}'
    : `a ${type}${type === 'string' ? ' in quotation marks' : ''}`;
}

function hiddenNames(value: JsonValue, pointer: string): ManifestError[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => hiddenNames(item, pointerTo(pointer, index)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const inside = pointerTo(pointer, name);
    const below = hiddenNames(member, inside);
    const hidden = findHiddenCharacter(name);
    // The names in `hashes` are paths, which the schema judges.
    if (hidden === null || pointer === 'hashes') return below;
    const code: FieldCode = 'hidden-character';
    return [
      { code, message: `the name of a member holds ${hidden}`, remedy: 'Remove the character.', pointer: inside },
      ...below,
    ];
  });
}

function broadWithoutFlag(manifest: Manifest): ManifestError[] {
  if (manifest.permissions.broad === true) return [];
  return broadGrants(manifest).map(({ pointer, text }) => ({
    code: 'broad-without-flag',
    message: `${pointer} grants ${quoteVisibly(text)}, which is nearly everything`,
    remedy: 'Name only what the skill needs. If it is meant, say so beside the lists: "broad": true.',
    pointer,
  }));
}

function unknownCritical(manifest: JsonObject): ManifestError[] {
  const critical = manifest.critical;
  if (!Array.isArray(critical)) return [];
  return critical.flatMap((name, index) => {
    if (typeof name !== 'string' || KNOWN_FIELDS.has(name)) return [];
    return [
      {
        code: 'unknown-critical' as const,
        message: `critical names ${quoteVisibly(name)}, which this version does not understand`,
        remedy: `Use a newer Ringfence, or remove it if ${quoteVisibly(name)} may be passed over.`,
        pointer: pointerTo('critical', index),
      },
    ];
  });
}
