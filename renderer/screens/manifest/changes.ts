import { APPROVAL_CLASSES, type ApprovalClass, type Manifest } from '../../../core/manifest/schema.ts';
import { text } from '../../text/en.ts';
import { LIMIT_NAMES, type LimitName } from './limits.ts';
import { type AskName, entriesOf, LIST_NAMES, type ListName, PERMISSION_LISTS, programOf } from './permission-lists.ts';

/** `widens`: the agent could do more, or more without being asked. What cannot be told apart counts as that. */
export type Effect = 'widens' | 'narrows' | 'neutral';

/** A sentence without its subject, and what it is about in the manifest's own letters. */
export type Change = { readonly effect: Effect; readonly words: string; readonly object: string | null };

/** The lists that grant what these ask about. */
const ASKED_OF: Readonly<Record<AskName, readonly ListName[]>> = {
  askRead: ['read'],
  askWrite: ['write'],
  askCreate: ['create', 'write'],
  askDelete: ['delete', 'write'],
  askExec: ['exec'],
  askEgress: ['egress'],
  askListen: ['listen'],
  askSocketConnect: ['socketConnect'],
};

/** What one manifest allows that the other does not, one sentence an entry, what widens first. */
export function changesBetween(before: Manifest, after: Manifest): Change[] {
  const changes = [
    ...LIST_NAMES.flatMap((name) => listChanges(name, before, after)),
    ...APPROVAL_CLASSES.flatMap((name) => classChanges(name, before, after)),
    ...LIMIT_NAMES.flatMap((name) => limitChanges(name, before, after)),
    ...broadChanges(before, after),
  ];
  if (before.version !== after.version) {
    changes.push({ effect: 'neutral', words: text.changes.version(before.version), object: after.version });
  }
  const order: readonly Effect[] = ['widens', 'narrows', 'neutral'];
  return changes.sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

function listChanges(name: ListName, { permissions: before }: Manifest, { permissions: after }: Manifest): Change[] {
  const [was, is] = [entriesOf(before, name), entriesOf(after, name)];
  const [added, removed] = [without(is, was), without(was, is)];
  const pinned = name === 'exec' ? contentChanges(added, removed) : [];
  const told = new Set(pinned.flatMap(({ about }) => about));
  return [
    ...pinned.map(({ change }) => change),
    ...without(added, [...told]).map((object) => whenAdded(name, object, after)),
    ...without(removed, [...told]).map((object) => whenRemoved(name, object)),
  ];
}

function without(list: readonly string[], other: readonly string[]): string[] {
  return [...new Set(list)].filter((entry) => !other.includes(entry));
}

/** One program whose content is pinned, freed or exchanged: two entries that are one change. */
function contentChanges(
  added: readonly string[],
  removed: readonly string[],
): { readonly change: Change; readonly about: readonly string[] }[] {
  return added.flatMap((entry) => {
    const gone = removed.filter((other) => pathOf(other) === pathOf(entry));
    const [before] = gone;
    if (before === undefined || gone.length > 1) return [];
    const change: Change = !isPinned(entry)
      ? { effect: 'widens', words: text.changes.content.any, object: entry }
      : isPinned(before)
        ? { effect: 'widens', words: text.changes.content.another, object: entry }
        : { effect: 'narrows', words: text.changes.content.one, object: entry };
    return [{ change, about: [entry, before] }];
  });
}

function isPinned(entry: string): boolean {
  return typeof programOf(entry) !== 'string';
}

function pathOf(entry: string): string {
  const program = programOf(entry);
  return typeof program === 'string' ? program : program.path;
}

function whenAdded(name: ListName, object: string, permissions: Manifest['permissions']): Change {
  const isGranted = (granting: ListName) => entriesOf(permissions, granting).includes(object);
  // Asking about what is granted anyway is a bolt; asking about what is not granted opens a door.
  if (isAsking(name) && ASKED_OF[name].some(isGranted)) {
    return { effect: 'narrows', words: text.changes.asksFirst[name], object };
  }
  const effect = PERMISSION_LISTS[name].effect === 'denies' ? 'narrows' : 'widens';
  return { effect, words: text.changes.added[name], object };
}

function isAsking(name: ListName): name is AskName {
  return Object.hasOwn(ASKED_OF, name);
}

function whenRemoved(name: ListName, object: string): Change {
  // Without the question a wider grant may cover the same, so it is never shown as harmless.
  const effect = PERMISSION_LISTS[name].effect === 'grants' ? 'narrows' : 'widens';
  return { effect, words: text.changes.removed[name], object };
}

/** Those that ask about what nothing declares, which is refused otherwise. */
function isAboutUndeclared(name: ApprovalClass): boolean {
  return name.endsWith(':new') || name === 'net:new-host';
}

function classChanges(name: ApprovalClass, before: Manifest, after: Manifest): Change[] {
  const asks = ({ permissions }: Manifest) => permissions.require_approval?.classes?.includes(name) ?? false;
  if (asks(before) === asks(after)) return [];
  const { mayAsk, mayNotAsk, asksNow, asksNoMore } = text.changes.classes;
  const what = text.manifest.classes[name].words;
  const says = (effect: Effect, words: string): Change[] => [{ effect, words: `${words} ${what}`, object: null }];
  if (asks(after)) return says('widens', isAboutUndeclared(name) ? mayAsk : asksNow);
  // What an audited session does undeclared goes on without a question.
  const isRefusedNow = isAboutUndeclared(name) && after.mode !== 'audit';
  return isRefusedNow ? says('narrows', mayNotAsk) : says('widens', asksNoMore);
}

function limitChanges(name: LimitName, before: Manifest, after: Manifest): Change[] {
  const [was, is] = [before.limits?.[name], after.limits?.[name]];
  if (was === is) return [];
  const amount = text.manifest.limitAmounts[name];
  const { set, lifted, raised, lowered } = text.changes.limit;
  if (was === undefined || is === undefined) {
    return is !== undefined
      ? [{ effect: 'narrows', words: set(amount(is)), object: null }]
      : [{ effect: 'widens', words: lifted(amount(was ?? 0)), object: null }];
  }
  return is > was
    ? [{ effect: 'widens', words: raised(amount(is), was), object: null }]
    : [{ effect: 'narrows', words: lowered(amount(is), was), object: null }];
}

function broadChanges({ permissions: before }: Manifest, { permissions: after }: Manifest): Change[] {
  if ((before.broad === true) === (after.broad === true)) return [];
  return after.broad === true
    ? [{ effect: 'widens', words: text.changes.broad.meant, object: null }]
    : [{ effect: 'narrows', words: text.changes.broad.notMeant, object: null }];
}
