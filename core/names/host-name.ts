/** Host names as DNS writes them, and what a rule's name means. */

/** A name in DNS: each label behind its length, in small letters, the root's empty label at the end. */
export type WireName = Uint8Array;

/** Bytes of the longest name; `RF_NAME_BYTES` has room for it. */
export const MAX_WIRE_NAME = 255;

const CAPITAL_A = 0x41;
const LETTERS = 26;
const SMALL = 0x20;
const ENDING = '*.';

/** What a rule names: one name, or whatever ends with it but not the name itself. */
export type NamePattern = { readonly name: WireName; readonly ending: boolean };

/** `api.example.org` or `*.example.org`, as `parseEgress` lets it pass. */
export function parseNamePattern(text: string): NamePattern {
  const ending = text.startsWith(ENDING);
  return { name: wireName(ending ? text.slice(ENDING.length) : text), ending };
}

/** Labels of ASCII, at most 63 bytes each. */
export function wireName(text: string): WireName {
  const labels = text.split('.').map((label) => new TextEncoder().encode(label));
  return lowerCased(Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]));
}

/** Capital letters alone: lengths are below them. */
export function lowerCased(name: WireName): WireName {
  return name.map((byte) => (byte >= CAPITAL_A && byte < CAPITAL_A + LETTERS ? byte + SMALL : byte));
}

/** Whether every name that `inner` means is one that `outer` means. */
export function coversName(outer: NamePattern, inner: NamePattern): boolean {
  if (!outer.ending) return !inner.ending && isSame(outer.name, inner.name);
  return inner.ending && isSame(outer.name, inner.name) ? true : isBelow(inner.name, outer.name);
}

/** Whether a name lies below another one, by whole labels. */
function isBelow(name: WireName, above: WireName): boolean {
  for (let at = 0; name[at]; ) {
    at += (name[at] as number) + 1;
    if (isSame(name.subarray(at), above)) return true;
  }
  return false;
}

function isSame(one: WireName, other: WireName): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
