import type { CompileLimits } from '../limits.ts';
import { byteKey, keyBytes } from '../pattern/bytes.ts';
import { MATCHER_HEAD, NODE_ABSORBING, OUTCOME_EDGE, type PolicyTables } from '../tables.ts';
import { OPERATION_SLOTS } from './accept.ts';
import type { AcceptTable } from './accept-table.ts';
import type { ByteDfa } from './byte-dfa.ts';
import type { ComponentState } from './component-automaton.ts';
import { LimitExceeded } from './work-budget.ts';

export function emitNodes(
  states: readonly ComponentState[],
  cellOf: readonly number[],
  accept: readonly number[],
  residual: Uint32Array,
  strictest: Uint8Array,
): PolicyTables['nodes'] {
  return {
    wild: Uint32Array.from(states, ({ wild }) => wild),
    row: Uint32Array.from(cellOf),
    accept: Uint32Array.from(accept),
    residual,
    strictest,
    flags: Uint8Array.from(states, (state, index) => (isAbsorbing(state, index) ? NODE_ABSORBING : 0)),
  };
}

function isAbsorbing(state: ComponentState, index: number): boolean {
  return state.wild === index && state.edges.size === 0 && state.matcher === null;
}

/**
 * Edges sorted by state and component; names are numbered in their own order, so both orders are one. What a byte automaton
 * comes to has edges of its own, after those by name.
 */
export function emitEdges(
  states: readonly ComponentState[],
  limits: CompileLimits,
): Pick<PolicyTables, 'components' | 'edges'> {
  const names = [...new Set(states.flatMap(({ edges }) => [...edges.keys()]))].sort();
  const components = new Map(names.map((name, index) => [name, index + 1]));
  if (components.size > limits.components) throw new LimitExceeded('too-many-components', limits.components);
  const from: number[] = [];
  const component: number[] = [];
  const next: number[] = [];
  const add = (state: number, number: number, target: number) => {
    from.push(state);
    component.push(number);
    next.push(target);
  };
  states.forEach(({ edges, matcher, wild }, state) => {
    for (const name of [...edges.keys()].sort()) add(state, components.get(name) as number, edges.get(name) as number);
    matcher?.targets.forEach((target, outcome) => {
      if (target !== 0 && target !== wild) add(state, OUTCOME_EDGE + outcome, target);
    });
  });
  if (from.length > limits.edges) throw new LimitExceeded('too-many-edges', limits.edges);
  return {
    components: names.map(keyBytes),
    edges: { state: Uint32Array.from(from), component: Uint32Array.from(component), next: Uint32Array.from(next) },
  };
}

/** The byte automata, one of each, and the cell at which each state's one begins. */
export function emitMatchers(
  states: readonly ComponentState[],
  limits: CompileLimits,
): { matchers: PolicyTables['matchers']; cellOf: number[] } {
  const firstCells = new Map<ByteDfa, number>();
  const maps = new Map<string, number>();
  const classes: Uint8Array[] = [];
  const dfas: ByteDfa[] = [];
  let count = 1;
  const cellOf = states.map(({ matcher }) => {
    if (matcher === null) return 0;
    const { dfa } = matcher;
    const known = firstCells.get(dfa);
    if (known !== undefined) return known;
    dfas.push(dfa);
    const key = byteKey(dfa.classes);
    if (!maps.has(key)) maps.set(key, classes.push(dfa.classes) - 1);
    const first = count + MATCHER_HEAD;
    firstCells.set(dfa, first);
    count = first + (dfa.rows - 1) * dfa.width;
    if (count > limits.cells) throw new LimitExceeded('too-many-rows', limits.cells);
    if (classes.length > limits.byteClasses) throw new LimitExceeded('too-many-rows', limits.byteClasses);
    return first;
  });
  const cells = new Uint16Array(count);
  for (const [dfa, first] of firstCells) writeCells(cells, dfa, first);
  const matchers = {
    classes: concatenated(classes),
    map: Uint32Array.from(dfas, ({ classes: own }) => maps.get(byteKey(own)) as number),
    width: Uint32Array.from(dfas, ({ width }) => width),
    rows: Uint32Array.from(dfas, ({ rows }) => rows - 1),
    cells,
  };
  return { matchers, cellOf };
}

function writeCells(cells: Uint16Array, { rows, width, next, outcome }: ByteDfa, first: number): void {
  // the row numbers of both are the same, but for the dead row, which the cells do without
  cells.set(next.subarray(width), first);
  for (let row = 1; row < rows; row += 1) cells[first + (row - 1) * width] = outcome[row] as number;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.length * 256);
  parts.forEach((part, index) => {
    whole.set(part, index * 256);
  });
  return whole;
}

export function emitAccepts({ accepts }: AcceptTable): PolicyTables['accepts'] {
  const verdict = new Uint8Array(accepts.length * OPERATION_SLOTS);
  const rule = new Uint32Array(accepts.length * OPERATION_SLOTS);
  accepts.forEach((accept, index) => {
    verdict.set(accept.verdicts, index * OPERATION_SLOTS);
    rule.set(accept.rules, index * OPERATION_SLOTS);
  });
  return { verdict, rule, silent: Uint32Array.from(accepts, ({ silent }) => silent) };
}
