import type { CodePointRange, Element } from './pattern.ts';

/** Whether the elements match the whole name. Direct reading of the pattern language: no automaton. */
export function matchComponent(elements: readonly Element[], name: Uint8Array): boolean {
  return endsOf(elements, name, new Set([0])).has(name.length);
}

/** The positions at which a match can end, for each position at which it may start. */
function endsOf(elements: readonly Element[], name: Uint8Array, starts: ReadonlySet<number>): ReadonlySet<number> {
  let positions = starts;
  for (const element of elements) {
    if (positions.size === 0) break;
    positions = step(element, name, positions);
  }
  return positions;
}

function step(element: Element, name: Uint8Array, starts: ReadonlySet<number>): ReadonlySet<number> {
  const ends = new Set<number>();
  switch (element.kind) {
    case 'bytes':
      for (const start of starts) if (hasBytesAt(name, start, element.bytes)) ends.add(start + element.bytes.length);
      break;
    case 'run':
      for (let end = Math.min(...starts); end <= name.length; end += 1) ends.add(end);
      break;
    case 'characters':
      for (const start of starts) {
        const character = characterAt(name, start);
        if (character !== null && isIn(character, element.ranges) !== element.negated)
          ends.add(start + character.bytes);
      }
      break;
    case 'choice':
      for (const alternative of element.alternatives)
        for (const end of endsOf(alternative, name, starts)) ends.add(end);
      break;
  }
  return ends;
}

function hasBytesAt(name: Uint8Array, start: number, bytes: Uint8Array): boolean {
  return start + bytes.length <= name.length && bytes.every((byte, i) => name[start + i] === byte);
}

type Character = { value: number; bytes: 1 | 2 | 3 | 4 };

/** The character that starts here by the form of UTF-8, or null for a stray byte or the end. */
function characterAt(name: Uint8Array, start: number): Character | null {
  const lead = name[start];
  if (lead === undefined) return null;
  if (lead < 0x80) return { value: lead, bytes: 1 };
  if (lead >= 0xc0 && lead < 0xe0) return continued(name, start, lead & 0x1f, 2);
  if (lead >= 0xe0 && lead < 0xf0) return continued(name, start, lead & 0x0f, 3);
  if (lead >= 0xf0 && lead < 0xf8) return continued(name, start, lead & 0x07, 4);
  return null;
}

function continued(name: Uint8Array, start: number, lead: number, bytes: 2 | 3 | 4): Character | null {
  let value = lead;
  for (let i = 1; i < bytes; i += 1) {
    const byte = name[start + i];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes };
}

const SHORTEST = { 1: 0, 2: 0x80, 3: 0x800, 4: 0x10000 } as const;

/** An overlong spelling is another character than the one it imitates, and in no range. */
function isIn(character: Character, ranges: readonly CodePointRange[]): boolean {
  if (character.value < SHORTEST[character.bytes]) return false;
  return ranges.some(({ first, last }) => first <= character.value && character.value <= last);
}
