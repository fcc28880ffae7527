import type { Element } from '../pattern/pattern.ts';
import { ByteNfa } from './byte-nfa.ts';
import { Numbering } from './numbering.ts';
import { LimitExceeded, type WorkBudget } from './work-budget.ts';

/** Deterministic matcher of several wildcard components at once. Row 0 is dead, row 1 the start. */
export type ByteDfa = {
  /** Distinct for each set of wildcard components. */
  id: number;
  rows: number;
  /** byte -> class: bytes that no row tells apart have the same one. 0: leads nowhere from any row. */
  classes: Uint8Array;
  /** Classes, with 0. */
  width: number;
  /** row * width + class -> row */
  next: Uint16Array;
  /** For each row its place in `outcomes`. */
  outcome: Uint16Array;
  /** Distinct sets of the wildcard components that match a name, ascending; none at 0. */
  outcomes: readonly (readonly number[])[];
};

export type GlobId = number & { readonly brand: 'GlobId' };

/** The wildcard components of a policy and the matchers of their sets, built once each. */
export class ByteMatchers {
  private readonly nfa = new ByteNfa();
  private readonly ends: number[] = [];
  private readonly starts: number[] = [];
  private readonly known = new Map<string, GlobId>();
  private readonly matchers = new Map<string, ByteDfa>();
  private readonly budget: WorkBudget;
  private readonly maxRows: number;

  constructor(budget: WorkBudget, maxRows: number) {
    this.budget = budget;
    this.maxRows = maxRows;
  }

  /** The same number for components written alike. */
  intern(elements: readonly Element[]): GlobId {
    const key = JSON.stringify(elements, (_, value) => (value instanceof Uint8Array ? Array.from(value) : value));
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { start, end } = this.nfa.add(elements);
    const id = (this.starts.push(start) - 1) as GlobId;
    this.ends.push(end);
    this.known.set(key, id);
    return id;
  }

  /** The matcher of a set, given ascending. */
  of(globs: readonly GlobId[]): ByteDfa {
    const key = globs.join();
    let matcher = this.matchers.get(key);
    if (matcher === undefined) {
      matcher = this.determinise(globs, this.matchers.size);
      this.matchers.set(key, matcher);
    }
    return matcher;
  }

  private determinise(globs: readonly GlobId[], id: number): ByteDfa {
    const owner = new Map(globs.map((glob) => [this.ends[glob] as number, glob]));
    const sets: number[][] = [[], this.closure(globs.map((glob) => this.starts[glob] as number))];
    const numbers = new Map(sets.map((set, row) => [set.join(), row]));
    const table: Uint16Array[] = [new Uint16Array(256)];
    for (let row = 1; row < sets.length; row += 1) {
      const next = new Uint16Array(256);
      for (const { low, high, targets } of this.segments(sets[row] as number[])) {
        const set = this.closure(targets);
        const setKey = set.join();
        let to = numbers.get(setKey);
        if (to === undefined) {
          to = sets.push(set) - 1;
          if (to >= this.maxRows) throw new LimitExceeded('too-many-rows', this.maxRows, globs);
          numbers.set(setKey, to);
        }
        next.fill(to, low, high + 1);
      }
      table.push(next);
    }
    const matched = sets.map((set) =>
      set.flatMap((node) => (owner.has(node) ? [owner.get(node) as number] : [])).sort((a, b) => a - b),
    );
    return { id, rows: sets.length, ...compressed(table), ...outcomesOf(matched) };
  }

  /** Stretches of bytes on which all transitions of the set agree. */
  private segments(set: readonly number[]): { low: number; high: number; targets: number[] }[] {
    const transitions = set.flatMap((node) => this.nfa.transitions[node] ?? []);
    const bounds = [...new Set(transitions.flatMap(({ low, high }) => [low, high + 1]))].sort((a, b) => a - b);
    this.budget.spend(1 + bounds.length * transitions.length);
    return bounds.slice(0, -1).flatMap((low, i) => {
      const high = (bounds[i + 1] as number) - 1;
      const targets = transitions.filter((one) => one.low <= low && high <= one.high).map(({ to }) => to);
      return targets.length === 0 ? [] : [{ low, high, targets }];
    });
  }

  private closure(nodes: readonly number[]): number[] {
    const all = new Set(nodes);
    for (const node of all) for (const to of this.nfa.epsilons[node] ?? []) all.add(to);
    this.budget.spend(all.size);
    return [...all].sort((a, b) => a - b);
  }
}

/** One column for all bytes on which every row agrees. */
function compressed(table: readonly Uint16Array[]): Pick<ByteDfa, 'classes' | 'width' | 'next'> {
  const classes = byteClasses(table);
  const width = Math.max(...classes) + 1;
  const next = new Uint16Array(table.length * width);
  table.forEach((row, index) => {
    for (let byte = 0; byte < 256; byte += 1) next[index * width + (classes[byte] as number)] = row[byte] as number;
  });
  return { classes, width, next };
}

const numbering = new Numbering();

/** Classes numbered as their first bytes come; what leads to row 0 from everywhere, as NUL and "/" do, is in class 0. */
function byteClasses(table: readonly Uint16Array[]): Uint8Array {
  const classes = new Uint8Array(256);
  for (let row = 1; row < table.length; row += 1) {
    const next = table[row] as Uint16Array;
    numbering.begin(256 * table.length);
    numbering.of(0);
    for (let byte = 0; byte < 256; byte += 1)
      classes[byte] = numbering.of((classes[byte] as number) * table.length + (next[byte] as number));
  }
  return classes;
}

function outcomesOf(matched: readonly (readonly number[])[]): Pick<ByteDfa, 'outcome' | 'outcomes'> {
  const numbers = new Map([['', 0]]);
  const outcomes: (readonly number[])[] = [[]];
  const outcome = Uint16Array.from(matched, (globs) => {
    const key = globs.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = outcomes.push(globs) - 1;
      numbers.set(key, number);
    }
    return number;
  });
  return { outcome, outcomes };
}

/** What of `outcomes` a name comes to. */
export function outcomeOf(dfa: ByteDfa, nameKey: string): number {
  let row = 1;
  for (let i = 0; i < nameKey.length && row !== 0; i += 1)
    row = dfa.next[row * dfa.width + (dfa.classes[nameKey.charCodeAt(i)] as number)] as number;
  return dfa.outcome[row] as number;
}

/** Which wildcard components match a name. */
export function matchedBy(dfa: ByteDfa, nameKey: string): readonly number[] {
  return dfa.outcomes[outcomeOf(dfa, nameKey)] as readonly number[];
}
