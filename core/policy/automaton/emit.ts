import type { CompileLimits } from '../limits.ts';
import { keyBytes } from '../pattern/bytes.ts';
import { NODE_ABSORBING, type PolicyTables } from '../tables.ts';
import { OPERATION_SLOTS } from './accept.ts';
import type { AcceptTable } from './accept-table.ts';
import type { ComponentState } from './component-automaton.ts';
import { LimitExceeded } from './work-budget.ts';

export function emitNodes(
  states: readonly ComponentState[],
  rowOf: readonly number[],
  accept: readonly number[],
  residual: Uint32Array,
  strictest: Uint8Array,
): PolicyTables['nodes'] {
  return {
    wild: Uint32Array.from(states, ({ wild }) => wild),
    row: Uint32Array.from(rowOf),
    accept: Uint32Array.from(accept),
    residual,
    strictest,
    flags: Uint8Array.from(states, (state, index) => (isAbsorbing(state, index) ? NODE_ABSORBING : 0)),
  };
}

function isAbsorbing(state: ComponentState, index: number): boolean {
  return state.wild === index && state.edges.size === 0 && state.matcher === null;
}

/** Edges sorted by state and component; names are numbered in their own order, so both orders are one. */
export function emitEdges(
  states: readonly ComponentState[],
  limits: CompileLimits,
): Pick<PolicyTables, 'components' | 'edges'> {
  const names = [...new Set(states.flatMap(({ edges }) => [...edges.keys()]))].sort();
  const components = new Map(names.map((name, index) => [name, index + 1]));
  const from: number[] = [];
  const component: number[] = [];
  const next: number[] = [];
  states.forEach(({ edges }, state) => {
    for (const name of [...edges.keys()].sort()) {
      from.push(state);
      component.push(components.get(name) as number);
      next.push(edges.get(name) as number);
    }
  });
  if (components.size > limits.components) throw new LimitExceeded('too-many-components', limits.components);
  return {
    components: names.map(keyBytes),
    edges: { state: Uint32Array.from(from), component: Uint32Array.from(component), next: Uint32Array.from(next) },
  };
}

/** The byte automata, one copy for each set of targets, and the start row of each state. */
export function emitRows(
  states: readonly ComponentState[],
  limits: CompileLimits,
): { rows: PolicyTables['rows']; rowOf: number[] } {
  const bases = new Map<string, number>();
  const targets: number[][] = [[0]];
  const tables: { next: Uint16Array; base: number }[] = [];
  let count = 1;
  const rowOf = states.map(({ matcher }) => {
    if (matcher === null) return 0;
    const key = `${matcher.dfa.id}:${matcher.targets.join()}`;
    const known = bases.get(key);
    if (known !== undefined) return known + 1;
    const base = count - 1;
    bases.set(key, base);
    count += matcher.dfa.rows - 1;
    if (count > limits.rows) throw new LimitExceeded('too-many-rows', limits.rows);
    targets.push(matcher.targets.slice(1) as number[]);
    tables.push({ next: matcher.dfa.next, base });
    return base + 1;
  });
  const next = new Uint32Array(count * 256);
  for (const { next: local, base } of tables) {
    for (let i = 256; i < local.length; i += 1) if (local[i] !== 0) next[base * 256 + i] = (local[i] as number) + base;
  }
  return { rows: { target: Uint32Array.from(targets.flat()), next }, rowOf };
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
