import {
  APPROVAL_CLASSES,
  type ApprovalClass,
  type Manifest,
  type Permissions,
} from '../../../core/manifest/schema.ts';
import { LIMIT_NAMES, type LimitName, limitOf } from './limits.ts';
import { entriesOf, LIST_NAMES, type ListName, USUAL_LISTS, withEntries } from './permission-lists.ts';
import { type Tree, withValue } from './with-value.ts';

export type Row = { readonly key: number; readonly text: string };

/** A manifest while somebody edits it. */
export type Draft = {
  readonly version: string;
  readonly lists: Readonly<Record<ListName, readonly Row[]>>;
  /** Lists with something in them, now or since the draft began. */
  readonly used: readonly ListName[];
  readonly classes: readonly ApprovalClass[];
  /** As they are written. */
  readonly limits: Readonly<Record<LimitName, string>>;
  /** Whether it says that its broad grants are meant. */
  readonly broad: boolean;
  /** The next row's key: never used twice, so that a row keeps its field. */
  readonly nextKey: number;
};

export function draftOf({ version, permissions, limits }: Manifest): Draft {
  let nextKey = 0;
  const rowsOf = (name: ListName): Row[] => entriesOf(permissions, name).map((text) => ({ key: nextKey++, text }));
  const lists = record(LIST_NAMES, rowsOf);
  return {
    version,
    lists,
    used: LIST_NAMES.filter((name) => lists[name].length > 0),
    classes: permissions.require_approval?.classes ?? [],
    limits: record(LIMIT_NAMES, (name) => String(limits?.[name] ?? '')),
    broad: permissions.broad === true,
    nextKey,
  };
}

function record<Name extends string, Value>(names: readonly Name[], valueFor: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<Name, Value>;
}

/** A list that few manifests need is not in the way of those that do not. */
export function isListShown({ used }: Draft, name: ListName): boolean {
  return USUAL_LISTS.has(name) || used.includes(name);
}

export type DraftChange =
  | { readonly is: 'version'; readonly text: string }
  | { readonly is: 'add'; readonly list: ListName }
  | { readonly is: 'write'; readonly list: ListName; readonly key: number; readonly text: string }
  | { readonly is: 'remove'; readonly list: ListName; readonly key: number }
  | { readonly is: 'class'; readonly name: ApprovalClass; readonly on: boolean }
  | { readonly is: 'limit'; readonly name: LimitName; readonly text: string }
  | { readonly is: 'broad'; readonly on: boolean };

export function changeDraft(draft: Draft, change: DraftChange): Draft {
  switch (change.is) {
    case 'version':
      return { ...draft, version: change.text };
    case 'class': {
      const ticked = (name: ApprovalClass) => (name === change.name ? change.on : draft.classes.includes(name));
      return { ...draft, classes: APPROVAL_CLASSES.filter(ticked) };
    }
    case 'limit':
      return { ...draft, limits: { ...draft.limits, [change.name]: change.text } };
    case 'broad':
      return { ...draft, broad: change.on };
    default:
      return changeRows(draft, change);
  }
}

function changeRows(draft: Draft, change: Extract<DraftChange, { readonly list: ListName }>): Draft {
  const rows = draft.lists[change.list];
  const withRows = (next: readonly Row[]): Draft => ({ ...draft, lists: { ...draft.lists, [change.list]: next } });
  switch (change.is) {
    case 'add':
      return {
        ...withRows([...rows, { key: draft.nextKey, text: '' }]),
        used: [...new Set([...draft.used, change.list])],
        nextKey: draft.nextKey + 1,
      };
    case 'write':
      return withRows(rows.map((row) => (row.key === change.key ? { ...row, text: change.text } : row)));
    case 'remove':
      return withRows(rows.filter((row) => row.key !== change.key));
  }
}

/** What the draft makes of the manifest. What nobody touched, and what the form does not know, stays as it is. */
export function manifestOf(base: Manifest, draft: Draft): Manifest {
  const permissions = LIST_NAMES.reduce((own, name) => withRows(own, name, draft.lists[name]), base.permissions);
  const listed: Manifest = { ...base, version: draft.version.trim(), permissions };
  return [withClasses, withBroad, withLimits].reduce((manifest, change) => change(manifest, draft), listed);
}

function withRows(own: Permissions, name: ListName, rows: readonly Row[]): Permissions {
  const entries = rows.map(({ text }) => text.trim());
  return isSame(entries, entriesOf(own, name)) ? own : withEntries(own, name, entries);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

function withClasses(manifest: Manifest, { classes }: Draft): Manifest {
  const own = new Set(manifest.permissions.require_approval?.classes);
  if (own.size === classes.length && classes.every((name) => own.has(name))) return manifest;
  const steps = ['permissions', 'require_approval', 'classes'];
  return withManifestValue(manifest, steps, classes.length === 0 ? undefined : classes);
}

function withBroad(manifest: Manifest, { broad }: Draft): Manifest {
  if (broad === (manifest.permissions.broad === true)) return manifest;
  return withManifestValue(manifest, ['permissions', 'broad'], broad ? true : undefined);
}

function withLimits(manifest: Manifest, draft: Draft): Manifest {
  return LIMIT_NAMES.reduce((own, name) => {
    const limit = limitOf(draft.limits[name]);
    const isOld = limit === undefined || limit === (own.limits?.[name] ?? null);
    return isOld ? own : withManifestValue(own, ['limits', name], limit ?? undefined);
  }, manifest);
}

/** Permissions are never taken out whole: a manifest has to have them. */
function withManifestValue(manifest: Manifest, steps: readonly string[], value: unknown): Manifest {
  const changed = withValue(manifest as Tree, steps, value);
  return (changed.permissions === undefined ? { ...changed, permissions: {} } : changed) as Manifest;
}

/** The text that is sent to be signed: hashes and signature are the helper's to add. */
export function draftText(base: Manifest, draft: Draft): string {
  const { hashes: _, signature: __, ...rest } = manifestOf(base, draft);
  return `${JSON.stringify(rest, null, 2)}\n`;
}
