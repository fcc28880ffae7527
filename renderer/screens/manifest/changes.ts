import type { Manifest } from '../../../core/manifest/schema.ts';
import { text } from '../../text/en.ts';
import { LISTS, type ListName, listsOf } from './draft.ts';

/** `widens`: the agent could do more, or more without being asked. What cannot be told apart counts as that. */
export type Effect = 'widens' | 'narrows' | 'neutral';

export type Change = { readonly effect: Effect; readonly words: string; readonly object: string };

const ASK_OF: Partial<Record<ListName, ListName>> = {
  askRead: 'read',
  askWrite: 'write',
  askExec: 'exec',
  askEgress: 'egress',
};

/** What one manifest allows that the other does not, one sentence an entry, what widens first. */
export function changesBetween(before: Manifest, after: Manifest): Change[] {
  const was = listsOf(before.permissions);
  const is = listsOf(after.permissions);
  const changes = LISTS.flatMap((list) => [
    ...without(is[list], was[list]).map((object) => added(list, object, is)),
    ...without(was[list], is[list]).map((object) => removed(list, object)),
  ]);
  if (before.version !== after.version) {
    changes.push({ effect: 'neutral', words: text.changes.version(before.version), object: after.version });
  }
  const order: readonly Effect[] = ['widens', 'narrows', 'neutral'];
  return changes.sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect));
}

function without(list: readonly string[], other: readonly string[]): string[] {
  return [...new Set(list)].filter((entry) => !other.includes(entry));
}

function added(list: ListName, object: string, is: Record<ListName, readonly string[]>): Change {
  const granted = ASK_OF[list];
  // Asking about what is granted anyway is a bolt; asking about what is not granted opens a door.
  if (granted !== undefined && is[granted].includes(object)) {
    return { effect: 'narrows', words: text.changes.asksFirst[list as keyof typeof text.changes.asksFirst], object };
  }
  return { effect: 'widens', words: text.changes.added[list], object };
}

function removed(list: ListName, object: string): Change {
  // Without the question a wider grant may cover the same, so it is never shown as harmless.
  return { effect: ASK_OF[list] === undefined ? 'narrows' : 'widens', words: text.changes.removed[list], object };
}
