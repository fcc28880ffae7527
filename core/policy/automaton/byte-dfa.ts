import type { Element } from '../pattern/pattern.ts';
import { ByteNfa } from './byte-nfa.ts';
import { LimitExceeded, type WorkBudget } from './work-budget.ts';

/** Deterministic matcher of several wildcard components at once. Row 0 is dead, row 1 the start. */
export type ByteDfa = {
  /** Distinct for each set of wildcard components. */
  id: number;
  rows: number;
  /** row * 256 + byte -> row */
  next: Uint16Array;
  /** For each row: which wildcard components match a name that ends here, ascending. */
  matched: readonly (readonly number[])[];
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
    const table: number[][] = [new Array(256).fill(0)];
    for (let row = 1; row < sets.length; row += 1) {
      const next: number[] = new Array(256).fill(0);
      for (const { low, high, targets } of this.segments(sets[row] as number[])) {
        const set = this.closure(targets);
        const setKey = set.join();
        let to = numbers.get(setKey);
        if (to === undefined) {
          to = sets.push(set) - 1;
          if (to >= this.maxRows) throw new LimitExceeded('too-many-rows', this.maxRows);
          numbers.set(setKey, to);
        }
        next.fill(to, low, high + 1);
      }
      table.push(next);
    }
    const matched = sets.map((set) =>
      set.flatMap((node) => (owner.has(node) ? [owner.get(node) as number] : [])).sort((a, b) => a - b),
    );
    return { id, rows: sets.length, next: Uint16Array.from(table.flat()), matched };
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

/** The row after a name: which wildcard components match it. */
export function matchedBy(matcher: ByteDfa, nameKey: string): readonly number[] {
  let row = 1;
  for (let i = 0; i < nameKey.length && row !== 0; i += 1)
    row = matcher.next[row * 256 + nameKey.charCodeAt(i)] as number;
  return matcher.matched[row] as readonly number[];
}
