import type { PathOperation, Protocol } from '../../core/policy/vocabulary.ts';
import type { ObjectKind, Tree } from './tree.ts';
import type { Names } from './world.ts';

/** What the object of a deed must be before: `either` leaves it to the history. */
export type Before = ObjectKind | 'absent' | 'empty directory' | 'file or absent';

/** What a call asks at one hook. `refusals`: a later hook of the same call reports what is allowed. */
export type Asking = { readonly operations: readonly PathOperation[]; readonly reports: 'all' | 'refusals' };

type SingleKind = { readonly object: Before; readonly asks: (exists: boolean) => readonly Asking[] };

const asking = (...operations: PathOperation[]): Asking => ({ operations, reports: 'all' });
const always =
  (...askings: Asking[]) =>
  () =>
    askings;

/** Calls on one path, with what each asks of the policy, in the order in which the kernel asks. */
export const SINGLE = {
  read: { object: 'file', asks: always(asking('read')) },
  write: { object: 'file', asks: always(asking('write')) },
  'read-write': { object: 'file', asks: always(asking('read', 'write')) },
  'truncating-open': { object: 'file', asks: always(asking('read', 'write')) },
  create: { object: 'absent', asks: always(asking('create', 'write'), asking('write')) },
  'write-or-create': {
    object: 'file or absent',
    asks: (exists) => (exists ? [asking('write')] : [asking('create', 'write'), asking('write')]),
  },
  list: { object: 'directory', asks: always(asking('read')) },
  mkdir: { object: 'absent', asks: always(asking('create')) },
  mknod: { object: 'absent', asks: always(asking('create')) },
  symlink: { object: 'absent', asks: always(asking('create')) },
  unlink: { object: 'file', asks: always(asking('delete')) },
  rmdir: { object: 'empty directory', asks: always(asking('delete')) },
  truncate: { object: 'file', asks: always(asking('write')) },
  chmod: { object: 'file', asks: always(asking('write')) },
  chown: { object: 'file', asks: always(asking('write')) },
  exec: { object: 'file', asks: always({ operations: ['read'], reports: 'refusals' }, asking('exec')) },
  'unix-connect': { object: 'socket', asks: always(asking('connect')) },
} as const satisfies Record<string, SingleKind>;

/** Calls on two paths. What the other must be is left to the history, but for what the call cannot do. */
export const DOUBLE = {
  link: { object: 'file', other: 'absent' },
  rename: { object: 'file', other: 'file or absent' },
  'rename-directory': { object: 'directory', other: 'absent' },
  'replace-directory': { object: 'directory', other: 'empty directory' },
  exchange: { object: 'file', other: 'file' },
  'exchange-directories': { object: 'directory', other: 'directory' },
  'exchange-mixed': { object: 'file', other: 'directory' },
} as const satisfies Record<string, { object: Before; other: Before }>;

export type Single = keyof typeof SINGLE;
export type Double = keyof typeof DOUBLE;

/** Something that a session does. */
export type Deed =
  /** `through`: a symbolic link to the object, by which it is called. */
  | { readonly kind: 'single'; readonly call: Single; readonly names: Names; readonly through: Names | null }
  | { readonly kind: 'double'; readonly call: Double; readonly names: Names; readonly other: Names }
  | {
      readonly kind: 'address';
      readonly call: 'connect' | 'listen';
      readonly address: string;
      readonly port: number;
      readonly protocol: Exclude<Protocol, 'any'>;
    }
  | { readonly kind: 'send'; readonly address: string; readonly port: number; readonly bytes: number }
  | { readonly kind: 'fork' }
  | { readonly kind: 'reap' };

/** Something that happens around it, outside of any session. */
export type Outside =
  | { readonly kind: 'make'; readonly what: ObjectKind; readonly names: Names; readonly target?: Names }
  | { readonly kind: 'remove'; readonly names: Names };

/** The tree after a deed that was allowed. */
export function carryOut(tree: Tree, deed: Deed): void {
  if (deed.kind === 'single') carryOutSingle(tree, deed.call, deed.names);
  if (deed.kind === 'double') carryOutDouble(tree, deed.call, deed.names, deed.other);
}

function carryOutSingle(tree: Tree, call: Single, names: Names): void {
  const made = MADE[call];
  if (made !== undefined) {
    if (!tree.exists(names)) tree.make(names, made);
  } else if (call === 'unlink' || call === 'rmdir') {
    tree.remove(names);
  }
}

const MADE: Partial<Record<Single, ObjectKind>> = {
  create: 'file',
  'write-or-create': 'file',
  mkdir: 'directory',
  mknod: 'pipe',
  symlink: 'symlink',
};

function carryOutDouble(tree: Tree, call: Double, names: Names, other: Names): void {
  if (call === 'link') tree.link(names, other);
  else if (isExchange(call)) tree.exchange(names, other);
  else tree.move(names, other);
}

export function isExchange(call: Double): boolean {
  return call.startsWith('exchange');
}

export function happen(tree: Tree, step: Outside): void {
  if (step.kind === 'make') tree.make(step.names, step.what);
  else tree.remove(step.names);
}
