import { byteKey, display, keyBytes, utf8 } from './bytes.ts';
import { literalBytes } from './component-size.ts';
import { matchComponent } from './match-component.ts';
import type { CodePointRange, Element } from './pattern.ts';

/** A name is a row of these: a character, or a stray byte that only `*` takes. */
type Unit = { key: string; value: number | 'overlong' | 'stray' };

/** The same language with literal bytes taken apart into characters. */
type Piece =
  | { kind: 'unit'; key: string }
  | { kind: 'run' }
  | { kind: 'characters'; negated: boolean; ranges: readonly CodePointRange[] }
  | { kind: 'choice'; alternatives: readonly (readonly Piece[])[] };

const MAX_COMBINATIONS = 50_000;

/**
 * Names that stand for all names: whatever name one takes, some witness is matched by exactly the same of these
 * components. Found by derivatives (Brzozowski 1964) over characters. Throws beyond 50,000 combinations.
 */
export function witnessNames(components: readonly (readonly Element[])[]): Uint8Array[] {
  const literals = new Map<string, readonly Element[]>();
  const wildcards: (readonly Element[])[] = [];
  for (const elements of components) {
    const bytes = literalBytes(elements);
    if (bytes === null) wildcards.push(elements);
    else literals.set(byteKey(bytes), elements);
  }
  const overlapping = new Set(
    [...literals.keys()].filter((name) => wildcards.some((elements) => matchComponent(elements, keyBytes(name)))),
  );
  for (;;) {
    const told = [...wildcards, ...[...overlapping].map((name) => literals.get(name) as readonly Element[])];
    const found = explore(told);
    const mistaken = found.filter((name) => literals.has(name) && !overlapping.has(name));
    if (mistaken.length === 0) return [...new Set([...literals.keys(), ...found])].map(keyBytes);
    for (const name of mistaken) overlapping.add(name);
  }
}

/** One name for each combination of components that a name can match. */
function explore(components: readonly (readonly Element[])[]): string[] {
  const units = representativeUnits(components);
  const start = components.map((elements) => [elements.flatMap(toPieces)]);
  const pending = [{ name: '', states: start }];
  const seen = new Set<string>();
  const names = new Map<string, string>();
  for (const { name, states } of pending) {
    for (const unit of units) {
      const next = states.map((sequences) => distinct(sequences.flatMap((sequence) => derive(sequence, unit))));
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      if (seen.size >= MAX_COMBINATIONS) throw new Error('too many combinations of wildcards to compare');
      seen.add(key);
      const longer = name + unit.key;
      const matched = next.map((sequences) => sequences.some((sequence) => sequence.every(canBeEmpty))).join();
      if (!names.has(matched)) names.set(matched, longer);
      pending.push({ name: longer, states: next });
    }
  }
  return [...names.values()];
}

function toPieces(element: Element): Piece[] {
  switch (element.kind) {
    case 'bytes':
      return [...display(element.bytes)].map((character) => ({ kind: 'unit', key: byteKey(utf8(character)) }));
    case 'choice':
      return [{ kind: 'choice', alternatives: element.alternatives.map((one) => one.flatMap(toPieces)) }];
    default:
      return [element];
  }
}

/** What may follow after the unit. */
function derive(sequence: readonly Piece[], unit: Unit): Piece[][] {
  const [head, ...rest] = sequence;
  if (head === undefined) return [];
  switch (head.kind) {
    case 'unit':
      return head.key === unit.key ? [rest] : [];
    case 'run':
      return [[head, ...rest], ...derive(rest, unit)];
    case 'characters':
      return isTaken(head, unit) ? [rest] : [];
    case 'choice':
      return head.alternatives.flatMap((alternative) => derive([...alternative, ...rest], unit));
  }
}

function isTaken(
  { negated, ranges }: { negated: boolean; ranges: readonly CodePointRange[] },
  { value }: Unit,
): boolean {
  if (value === 'stray') return false;
  if (value === 'overlong') return negated;
  return ranges.some(({ first, last }) => first <= value && value <= last) !== negated;
}

function canBeEmpty(piece: Piece): boolean {
  if (piece.kind === 'choice') return piece.alternatives.some((alternative) => alternative.every(canBeEmpty));
  return piece.kind === 'run';
}

function distinct(sequences: Piece[][]): Piece[][] {
  const byKey = new Map(sequences.map((sequence) => [JSON.stringify(sequence), sequence]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sequence]) => sequence);
}

const SLASH = 0x2f;
const LAST_CODE_POINT = 0x10ffff;

/** One unit for every way in which units can differ to these components. */
function representativeUnits(components: readonly (readonly Element[])[]): Unit[] {
  const named = new Set<number>();
  const bounds = new Set<number>([1, SLASH + 1]);
  const visit = (element: Element): void => {
    if (element.kind === 'bytes') for (const one of display(element.bytes)) named.add(one.codePointAt(0) as number);
    if (element.kind === 'choice') for (const alternative of element.alternatives) alternative.forEach(visit);
    if (element.kind !== 'characters') return;
    for (const { first, last } of element.ranges) bounds.add(first).add(last + 1);
  };
  for (const elements of components) elements.forEach(visit);
  const free = [...bounds].flatMap((bound) => {
    let value = bound;
    while (named.has(value) || value === SLASH || value === 0 || (value >= 0xd800 && value <= 0xdfff)) value += 1;
    return value <= LAST_CODE_POINT ? [value] : [];
  });
  const values = [...new Set([...named, ...free])].filter((value) => value !== SLASH && value !== 0);
  return [
    ...values.sort((a, b) => a - b).map((value) => ({ key: byteKey(utf8(String.fromCodePoint(value))), value })),
    { key: '\u00c1\u0081', value: 'overlong' },
    { key: '\u00ff', value: 'stray' },
  ];
}
