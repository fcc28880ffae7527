import { parseDraft } from '../../../core/manifest/parse.ts';
import type { ManifestError, ManifestWarning } from '../../../core/manifest/problem.ts';
import type { Manifest, PermissionLists, Permissions, Program } from '../../../core/manifest/schema.ts';

/** The lists of a manifest that a form edits: what is granted, and what a person is asked about. */
export const LISTS = ['read', 'write', 'exec', 'egress', 'askRead', 'askWrite', 'askExec', 'askEgress'] as const;
export type ListName = (typeof LISTS)[number];

/** Where each list stands in the text; problems name these places. */
export const POINTERS: Readonly<Record<ListName, string>> = {
  read: 'permissions.filesystem.read',
  write: 'permissions.filesystem.write',
  exec: 'permissions.exec',
  egress: 'permissions.network.egress',
  askRead: 'permissions.require_approval.filesystem.read',
  askWrite: 'permissions.require_approval.filesystem.write',
  askExec: 'permissions.require_approval.exec',
  askEgress: 'permissions.require_approval.network.egress',
};

export type Row = { readonly key: number; readonly text: string };

/** A manifest while somebody edits it. */
export type Draft = {
  readonly version: string;
  readonly lists: Readonly<Record<ListName, readonly Row[]>>;
  /** The next row's key: never used twice, so that a row keeps its field. */
  readonly nextKey: number;
};

/** Its lists as they stand in a manifest; a list that is not there is an empty one. */
export function listsOf(permissions: Permissions): Record<ListName, readonly string[]> {
  const ask = permissions.require_approval;
  return {
    read: permissions.filesystem?.read ?? [],
    write: permissions.filesystem?.write ?? [],
    exec: (permissions.exec ?? []).map(programText),
    egress: permissions.network?.egress ?? [],
    askRead: ask?.filesystem?.read ?? [],
    askWrite: ask?.filesystem?.write ?? [],
    askExec: (ask?.exec ?? []).map(programText),
    askEgress: ask?.network?.egress ?? [],
  };
}

const PINNED = /^(.*) sha256:([0-9a-f]*)$/;

/** A program in one line; one whose content is pinned has its hash behind it. */
function programText(program: Program): string {
  return typeof program === 'string' ? program : `${program.path} sha256:${program.sha256}`;
}

function programOf(line: string): Program {
  const [, path, sha256] = PINNED.exec(line) ?? [];
  return path === undefined || sha256 === undefined ? line : { path, sha256 };
}

export function draftOf(manifest: Manifest): Draft {
  const lists = listsOf(manifest.permissions);
  let nextKey = 0;
  const rows = (list: readonly string[]): Row[] => list.map((text) => ({ key: nextKey++, text }));
  return { version: manifest.version, lists: mapLists(lists, rows), nextKey };
}

/** The same lists with each put through `change`, in order. */
function mapLists<From, To>(lists: Readonly<Record<ListName, From>>, change: (list: From) => To): Record<ListName, To> {
  return Object.fromEntries(LISTS.map((name) => [name, change(lists[name])])) as unknown as Record<ListName, To>;
}

export type DraftChange =
  | { readonly is: 'version'; readonly text: string }
  | { readonly is: 'add'; readonly list: ListName }
  | { readonly is: 'write'; readonly list: ListName; readonly key: number; readonly text: string }
  | { readonly is: 'remove'; readonly list: ListName; readonly key: number };

export function changeDraft(draft: Draft, change: DraftChange): Draft {
  if (change.is === 'version') return { ...draft, version: change.text };
  const rows = draft.lists[change.list];
  const withRows = (next: readonly Row[]): Draft => ({ ...draft, lists: { ...draft.lists, [change.list]: next } });
  switch (change.is) {
    case 'add':
      return { ...withRows([...rows, { key: draft.nextKey, text: '' }]), nextKey: draft.nextKey + 1 };
    case 'write':
      return withRows(rows.map((row) => (row.key === change.key ? { ...row, text: change.text } : row)));
    case 'remove':
      return withRows(rows.filter((row) => row.key !== change.key));
  }
}

/** What the draft makes of the manifest. Everything the form does not know stays as it is; empty lists are left out. */
export function manifestOf(base: Manifest, draft: Draft): Manifest {
  const list = (name: ListName): string[] | undefined => {
    const texts = draft.lists[name].map(({ text }) => text.trim());
    return texts.length === 0 ? undefined : texts;
  };
  const { require_approval: asking, ...granting } = base.permissions;
  const granted = withLists(granting, list('read'), list('write'), list('exec'), list('egress'));
  const asked = withLists(asking ?? {}, list('askRead'), list('askWrite'), list('askExec'), list('askEgress'));
  const permissions = { ...granted, ...(Object.keys(asked).length === 0 ? {} : { require_approval: asked }) };
  return { ...base, version: draft.version.trim(), permissions };
}

type List = string[] | undefined;

/** The same with these lists in the place of its own. */
function withLists<Lists extends PermissionLists>(
  own: Lists,
  read: List,
  write: List,
  exec: List,
  egress: List,
): Lists {
  const { filesystem, network, exec: _, ...rest } = own;
  const { read: __, write: ___, ...files } = filesystem ?? {};
  const { egress: ____, ...addresses } = network ?? {};
  const filesystemNow = { ...(read && { read }), ...(write && { write }), ...files };
  const networkNow = { ...(egress && { egress }), ...addresses };
  return {
    ...(Object.keys(filesystemNow).length > 0 && { filesystem: filesystemNow }),
    ...(Object.keys(networkNow).length > 0 && { network: networkNow }),
    ...(exec && { exec: exec.map(programOf) }),
    ...rest,
  } as Lists;
}

/** The text that is sent to be signed: hashes and signature are the helper's to add. */
export function draftText(base: Manifest, draft: Draft): string {
  const { hashes: _, signature: __, ...rest } = manifestOf(base, draft);
  return `${JSON.stringify(rest, null, 2)}\n`;
}

export type DraftProblem = Pick<ManifestError | ManifestWarning, 'message' | 'remedy'> & { readonly refused: boolean };

/** What is wrong with the draft, and what should be known of it, by the place in the text; '' is the whole. */
export type DraftProblems = ReadonlyMap<string, readonly DraftProblem[]>;

/** Judges a draft as the helper will. What the form cannot show stands under ''. */
export function problemsOf(base: Manifest, draft: Draft): DraftProblems {
  const parsed = parseDraft(new TextEncoder().encode(draftText(base, draft)));
  const found = parsed.ok
    ? parsed.warnings.map((warning) => ({ ...warning, refused: false }))
    : [parsed.error, ...(parsed.error.more ?? [])].map((error) => ({ ...error, refused: true }));
  const problems = new Map<string, DraftProblem[]>();
  for (const { message, remedy, pointer = '', refused } of found) {
    const place = isShown(pointer) ? pointer : '';
    const problem = { message: place === '' ? message : withoutPlace(message, pointer), remedy, refused };
    problems.set(place, [...(problems.get(place) ?? []), problem]);
  }
  return problems;
}

function isShown(pointer: string): boolean {
  return (
    pointer === 'version' || Object.values(POINTERS).some((list) => pointer === list || pointer.startsWith(`${list}[`))
  );
}

/** The field stands beside the message, so its name need not. */
function withoutPlace(message: string, pointer: string): string {
  return message.startsWith(`${pointer}: `) ? message.slice(pointer.length + 2) : message;
}

/** Whether it could be signed as it is. */
export function isSignable(problems: DraftProblems): boolean {
  return ![...problems.values()].some((list) => list.some(({ refused }) => refused));
}
