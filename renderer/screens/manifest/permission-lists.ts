import type { Permissions, Program } from '../../../core/manifest/schema.ts';
import { type Tree, valueAt, withValue } from './with-value.ts';

/** The lists of a manifest that a form edits, in the order they are shown in. */
export const LIST_NAMES = [
  'read',
  'write',
  'create',
  'delete',
  'exec',
  'egress',
  'listen',
  'socketConnect',
  'socketBind',
  'askRead',
  'askWrite',
  'askCreate',
  'askDelete',
  'askExec',
  'askEgress',
  'askListen',
  'askSocketConnect',
  'deny',
  'denyEgress',
] as const;
export type ListName = (typeof LIST_NAMES)[number];
export type AskName = Extract<ListName, `ask${string}`>;

export type ListEffect = 'grants' | 'asks' | 'denies';

type PermissionList = {
  readonly effect: ListEffect;
  /** Where it stands below `permissions`. */
  readonly steps: readonly string[];
  /** What an entry of it looks like. */
  readonly entry: 'path' | 'program' | 'address' | 'own-address' | 'denied-address';
};

export const PERMISSION_LISTS: Readonly<Record<ListName, PermissionList>> = {
  read: { effect: 'grants', steps: ['filesystem', 'read'], entry: 'path' },
  write: { effect: 'grants', steps: ['filesystem', 'write'], entry: 'path' },
  create: { effect: 'grants', steps: ['filesystem', 'create'], entry: 'path' },
  delete: { effect: 'grants', steps: ['filesystem', 'delete'], entry: 'path' },
  exec: { effect: 'grants', steps: ['exec'], entry: 'program' },
  egress: { effect: 'grants', steps: ['network', 'egress'], entry: 'address' },
  listen: { effect: 'grants', steps: ['network', 'listen'], entry: 'own-address' },
  socketConnect: { effect: 'grants', steps: ['unix_sockets', 'connect'], entry: 'path' },
  socketBind: { effect: 'grants', steps: ['unix_sockets', 'bind'], entry: 'path' },
  askRead: { effect: 'asks', steps: ['require_approval', 'filesystem', 'read'], entry: 'path' },
  askWrite: { effect: 'asks', steps: ['require_approval', 'filesystem', 'write'], entry: 'path' },
  askCreate: { effect: 'asks', steps: ['require_approval', 'filesystem', 'create'], entry: 'path' },
  askDelete: { effect: 'asks', steps: ['require_approval', 'filesystem', 'delete'], entry: 'path' },
  askExec: { effect: 'asks', steps: ['require_approval', 'exec'], entry: 'program' },
  askEgress: { effect: 'asks', steps: ['require_approval', 'network', 'egress'], entry: 'address' },
  askListen: { effect: 'asks', steps: ['require_approval', 'network', 'listen'], entry: 'own-address' },
  askSocketConnect: { effect: 'asks', steps: ['require_approval', 'unix_sockets', 'connect'], entry: 'path' },
  deny: { effect: 'denies', steps: ['filesystem', 'deny'], entry: 'path' },
  denyEgress: { effect: 'denies', steps: ['network', 'deny'], entry: 'denied-address' },
};

/** What most manifests have: the form shows these though they are empty. */
export const USUAL_LISTS: ReadonlySet<ListName> = new Set<ListName>([
  ...(['read', 'write', 'exec', 'egress'] as const),
  ...(['askRead', 'askWrite', 'askExec', 'askEgress'] as const),
]);

export function listsThat(effect: ListEffect): ListName[] {
  return LIST_NAMES.filter((name) => PERMISSION_LISTS[name].effect === effect);
}

/** Where it stands in the text; problems name these places. */
export function listPointer(name: ListName): string {
  return ['permissions', ...PERMISSION_LISTS[name].steps].join('.');
}

/** Its entries, one line each. A list that is not there is an empty one. */
export function entriesOf(permissions: Permissions, name: ListName): string[] {
  const found = valueAt(permissions, PERMISSION_LISTS[name].steps) as readonly Program[] | undefined;
  return (found ?? []).map(programText);
}

/** The same permissions with these entries in the list; one without entries is left out. */
export function withEntries(permissions: Permissions, name: ListName, entries: readonly string[]): Permissions {
  const { steps, entry } = PERMISSION_LISTS[name];
  const list: readonly Program[] = entry === 'program' ? entries.map(programOf) : entries;
  return withValue(permissions as Tree, steps, list.length === 0 ? undefined : list) as Permissions;
}

const PINNED = /^(.*?)\s+sha256:(.*)$/;

/** A program in one line; one whose content is pinned has its hash behind it. */
function programText(program: Program): string {
  return typeof program === 'string' ? program : `${program.path} sha256:${program.sha256}`;
}

export function programOf(line: string): Program {
  const [, path, sha256] = PINNED.exec(line) ?? [];
  return path === undefined || sha256 === undefined ? line : { path, sha256 };
}
