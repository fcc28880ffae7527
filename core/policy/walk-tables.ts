import { OPERATION_SLOTS } from './automaton/accept.ts';
import { byteKey } from './pattern/bytes.ts';
import { MATCHER_HEAD, OUTCOME_EDGE, type PolicyTables } from './tables.ts';
import { type Operation, operationCode, type VerdictWord, verdictOf } from './vocabulary.ts';

/** What the kernel's hash maps hold, for tables as they are. */
type Lookup = {
  /** By first cell. */
  matchers: Map<number, { classes: Uint8Array; width: number }>;
  components: Map<string, number>;
  edges: Map<string, number>;
  starts: Map<number, number>;
};

const lookups = new WeakMap<PolicyTables, Lookup>();

function lookupOf(tables: PolicyTables): Lookup {
  let lookup = lookups.get(tables);
  if (lookup === undefined) {
    const { components, edges, starts } = tables;
    lookup = {
      matchers: matchersOf(tables),
      components: new Map(components.map((name, index) => [byteKey(name), index + 1])),
      edges: new Map(
        Array.from(edges.state, (state, i) => [`${state}/${edges.component[i]}`, edges.next[i] as number]),
      ),
      starts: new Map(Array.from(starts.device, (device, i) => [device, starts.state[i] as number])),
    };
    lookups.set(tables, lookup);
  }
  return lookup;
}

/**
 * The state that the components below a superblock's root lead to: the kernel's walk, step by step. 0 is dead. A device
 * without a start is dead too; the kernel tells the two apart by its own reason.
 */
export function walkTables(tables: PolicyTables, device: number, components: readonly Uint8Array[]): number {
  return walkFrom(tables, lookupOf(tables).starts.get(device) ?? 0, components);
}

/** The same, onwards from a state. */
export function walkFrom(tables: PolicyTables, start: number, components: readonly Uint8Array[]): number {
  const lookup = lookupOf(tables);
  let state = start;
  for (const name of components) {
    if (state === 0) return 0;
    const component = lookup.components.get(byteKey(name));
    const edge = component === undefined ? undefined : lookup.edges.get(`${state}/${component}`);
    state = edge ?? byWildcard(tables, lookup, state, name);
  }
  return state;
}

function matchersOf({ matchers: { classes, map, width, rows } }: PolicyTables): Lookup['matchers'] {
  let first = 1;
  return new Map(
    Array.from(width, (own, index) => {
      first += MATCHER_HEAD;
      const at = first;
      first += own * (rows[index] as number);
      const number = map[index] as number;
      return [at, { classes: classes.subarray(number * 256, (number + 1) * 256), width: own }];
    }),
  );
}

function byWildcard({ nodes, matchers: { cells } }: PolicyTables, lookup: Lookup, state: number, name: Uint8Array) {
  const wild = nodes.wild[state] as number;
  const first = nodes.row[state] as number;
  const matcher = lookup.matchers.get(first);
  if (matcher === undefined) return wild;
  let at = first;
  for (const byte of name) {
    const own = matcher.classes[byte] as number;
    const row = own === 0 ? 0 : (cells[at + own] as number);
    if (row === 0) return wild;
    at = first + (row - 1) * matcher.width;
  }
  const outcome = cells[at] as number;
  return (outcome === 0 ? undefined : lookup.edges.get(`${state}/${OUTCOME_EDGE + outcome}`)) ?? wild;
}

/** What the tables say in a state. */
export type TableAnswer = { verdict: VerdictWord; rule: number; silent: boolean };

export function answerOf({ nodes, accepts }: PolicyTables, state: number, operation: Operation): TableAnswer {
  const code = operationCode(operation);
  const accept = nodes.accept[state] as number;
  const slot = accept * OPERATION_SLOTS + code;
  return {
    verdict: verdictOf(accepts.verdict[slot] as number) ?? 'none',
    rule: accepts.rule[slot] as number,
    silent: (((accepts.silent[accept] as number) >>> code) & 1) === 1,
  };
}
