import type { JsonObject, JsonValue } from '../../core/manifest/strict-json.ts';
import * as words from './dictionary.ts';
import type { Random } from './random.ts';

const NASTY_WORDS = [...words.NASTY_PATHS, ...words.NASTY_ADDRESSES, ...words.NASTY_LABELS, ...words.NASTY_SKILL_PATHS];

const GOOD_WORDS = [...words.PATHS, ...words.ADDRESSES, ...words.HASHES, ...words.LABELS];

type Slot = { readonly holder: JsonValue[] | JsonObject; readonly key: number | string };

/** Changes a value in place, at `count` places: types, words, members too many and too few, depth. */
export function mutateTree(value: JsonValue, random: Random, count: number): JsonValue {
  const root = [value];
  for (let left = count; left > 0; left -= 1) {
    const slots = slotsOf(root);
    if (slots.length === 0) break; // the whole value was removed
    random.pick(CHANGES)(random.pick(slots), slots, random);
  }
  return root[0] ?? null;
}

function slotsOf(value: JsonValue): Slot[] {
  if (Array.isArray(value)) return value.flatMap((item, key) => [{ holder: value, key }, ...slotsOf(item)]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [{ holder: value, key }, ...slotsOf(member)]);
}

const CHANGES: readonly ((slot: Slot, all: readonly Slot[], random: Random) => void)[] = [
  (slot, _all, random) => write(slot, random.pick(NASTY_WORDS)),
  (slot, _all, random) => write(slot, random.pick<JsonValue>([null, true, false, 0, -1, 2 ** 53 - 1, '', [], {}])),
  (slot) => remove(slot),
  (slot, all, random) => write(slot, structuredClone(read(random.pick(all)))),
  (slot, _all, random) => write(slot, nested(read(slot), random.between(1, 18))),
  (slot, _all, random) => {
    const old = read(slot);
    write(slot, typeof old === 'string' ? changedText(old, random) : [old, old]);
  },
  (slot, _all, random) => addMember(slot, random),
  (slot, _all, random) => rename(slot, random),
  (slot, _all, random) => write(slot, random.pick(GOOD_WORDS)),
];

function read({ holder, key }: Slot): JsonValue {
  return (holder as JsonObject)[key as string] ?? null;
}

function write({ holder, key }: Slot, value: JsonValue): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ holder, key }: Slot): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function nested(value: JsonValue, levels: number): JsonValue {
  let inner = value;
  for (let level = 0; level < levels; level += 1) inner = level % 3 === 2 ? { n: inner } : [inner];
  return inner;
}

function changedText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const inserted = random.pick(['\u0000', '\u202e', '\u200b', '/', '..', '*', ' ', '\n', 'é', '\ud800', ':', '%', 'A']);
  const removed = random.below(3);
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

function addMember(slot: Slot, random: Random): void {
  const target = read(slot);
  if (Array.isArray(target)) target.push(random.pick(NASTY_WORDS));
  else if (typeof target === 'object' && target !== null)
    write({ holder: target, key: random.pick(words.NAMES) }, random.pick<JsonValue>([1, 'x', [], {}, null]));
}

function rename({ holder, key }: Slot, random: Random): void {
  if (Array.isArray(holder)) return;
  const value = holder[key] ?? null;
  delete holder[key];
  write({ holder, key: random.chance(0.5) ? random.pick(words.NAMES) : changedText(String(key), random) }, value);
}
