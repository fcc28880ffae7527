import type { ManifestWarning } from '../../../core/manifest/problem.ts';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { bytesInWords } from '../../text/bytes.ts';
import { text } from '../../text/en.ts';
import { LIMIT_NAMES } from './limits.ts';
import { entriesOf, type ListEffect, type ListName, listPointer, listsThat, programOf } from './permission-lists.ts';

/** An entry that is not what it seems. */
export type EntryNote = 'broad' | 'unknown';

export type SummaryEntry = {
  readonly text: string;
  /** Whether the text is the manifest's own; ours otherwise. */
  readonly isQuoted: boolean;
  /** The content it must have. */
  readonly sha256?: string;
  /** More of the same in smaller letters. */
  readonly detail?: string;
  /** The manifest's own word for what is said in ours. */
  readonly code?: string;
  readonly note?: EntryNote;
};
export type SummaryRow = { readonly label: string; readonly entries: readonly SummaryEntry[] };
export type SummaryGroup = { readonly is: ListEffect | 'limits' | 'about'; readonly rows: readonly SummaryRow[] };

/** All that a manifest says, in groups and rows. What it does not say is not in it. */
export function summaryOf(manifest: Manifest, warnings: readonly ManifestWarning[]): SummaryGroup[] {
  const notes = notesOf(warnings);
  const groups: SummaryGroup[] = [
    { is: 'grants', rows: [...listRows('grants', manifest, notes), ...furtherGrants(manifest)] },
    { is: 'asks', rows: [...listRows('asks', manifest, notes), ...classRows(manifest)] },
    { is: 'denies', rows: [...listRows('denies', manifest, notes), ...deniedEnvironment(manifest)] },
    { is: 'limits', rows: limitRows(manifest) },
    { is: 'about', rows: aboutRows(manifest, notes) },
  ];
  return groups
    .map(({ is, rows }) => ({ is, rows: rows.filter(({ entries }) => entries.length > 0) }))
    .filter(({ rows }) => rows.length > 0);
}

type Notes = ReadonlyMap<string, EntryNote>;

const NOTE_OF: Partial<Record<ManifestWarning['code'], EntryNote>> = {
  'broad-grant': 'broad',
  'unknown-field': 'unknown',
};

function notesOf(warnings: readonly ManifestWarning[]): Notes {
  return new Map(
    warnings.flatMap(({ code, pointer }) => {
      const note = NOTE_OF[code];
      return note === undefined || pointer === undefined ? [] : [[pointer, note] as const];
    }),
  );
}

function quoted(written: string, note?: EntryNote): SummaryEntry {
  return { text: written, isQuoted: true, ...(note && { note }) };
}

function said(words: string): SummaryEntry {
  return { text: words, isQuoted: false };
}

function listRows(effect: ListEffect, { permissions }: Manifest, notes: Notes): SummaryRow[] {
  return listsThat(effect).map((name) => ({ label: text.manifest.may[name], entries: listEntries(name) }));

  function listEntries(name: ListName): SummaryEntry[] {
    const entries = entriesOf(permissions, name);
    return entries.flatMap((entry, index) => {
      if (entries.indexOf(entry) < index) return [];
      const shown = quoted(entry, notes.get(`${listPointer(name)}[${index}]`));
      const program = programOf(entry);
      return typeof program === 'string' ? [shown] : [{ ...shown, text: program.path, sha256: program.sha256 }];
    });
  }
}

function furtherGrants({ permissions: { network, env, broad } }: Manifest): SummaryRow[] {
  const passed = env?.pass?.map((name) => quoted(name)) ?? [];
  const { dns, dnsSays, via, viaSays, environment, environmentRest, environmentNone, broadMeant, broadMeantSays } =
    text.manifest;
  return [
    { label: dns, entries: network?.dns === undefined ? [] : [said(dnsSays)] },
    { label: via, entries: network?.via === undefined ? [] : [said(viaSays)] },
    {
      label: environment,
      entries: env?.pass === undefined ? [] : [...passed, said(passed.length > 0 ? environmentRest : environmentNone)],
    },
    { label: broadMeant, entries: broad === true ? [said(broadMeantSays)] : [] },
  ];
}

function classRows({ permissions }: Manifest): SummaryRow[] {
  const entries = [...new Set(permissions.require_approval?.classes)].map((name) => {
    const { words, places } = text.manifest.classes[name];
    return { ...said(words), ...(places !== '' && { detail: places }), code: name };
  });
  return [{ label: text.manifest.classAsks, entries }];
}

function deniedEnvironment({ permissions: { env } }: Manifest): SummaryRow[] {
  return [{ label: text.manifest.environmentDenied, entries: (env?.deny ?? []).map((name) => quoted(name)) }];
}

function limitRows({ limits }: Manifest): SummaryRow[] {
  return LIMIT_NAMES.map((name) => {
    const most = limits?.[name];
    if (most === undefined) return { label: text.manifest.limits[name], entries: [] };
    const rounded = name === 'bytes_sent' ? ` (${bytesInWords(most)})` : '';
    return {
      label: text.manifest.limits[name],
      entries: [said(`${text.manifest.limitAmounts[name](most)}${rounded}`)],
    };
  });
}

/** What other rows, the title, the banner or the last sentence say. */
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['$schema', 'schema', 'skill_id', 'version', 'description', 'hashes', 'signature'],
  ...['permissions', 'limits', 'on_violation', 'mode', 'applies_to'],
]);

/** Whom it is for, and whatever else stands in it, also what no version knows yet. */
function aboutRows(manifest: Manifest, notes: Notes): SummaryRow[] {
  const fields = [...Object.entries(manifest.applies_to ?? {}), ...Object.entries(manifest)];
  return fields
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .map(([name, value]) => ({
      label: Object.hasOwn(text.manifest.fields, name) ? (text.manifest.fields[name] ?? name) : name,
      entries: inLines(value).map((one) => quoted(one, notes.get(name))),
    }));
}

/** Any value as lines of text. */
function inLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(inLines);
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, inner]) => inLines(inner).map((one) => `${name}: ${one}`));
}
