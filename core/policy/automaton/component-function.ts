import type { ByteDfa } from './byte-dfa.ts';
import { NAME_BYTES } from './byte-ranges.ts';
import type { ComponentState } from './component-automaton.ts';

/** More exceptions than this are kept as a matcher. */
const MAX_EXCEPTIONS = 4_096;

/**
 * A text for the function from names to classes of states that a state's edges, matcher and `wild` together are. Two
 * states have the same text exactly if every name leads both into the same class, however their tables spell it.
 * (Functions that differ from a constant on more than MAX_EXCEPTIONS names, but finitely many, may get two texts: then
 * two states are told apart that are alike, which is the strict side.)
 */
export function functionKey(state: ComponentState, classOf: ArrayLike<number>): string {
  const wild = classOf[state.wild] as number;
  if (state.matcher !== null) return matcherKey(state, classOf);
  const exceptions: string[] = [];
  for (const [name, next] of state.edges) {
    const target = classOf[next] as number;
    if (target !== wild) exceptions.push(`${name}/${target}`);
  }
  return constantKey(wild, exceptions);
}

function constantKey(wild: number, exceptions: string[]): string {
  return `${wild}//${exceptions.sort().join('//')}`;
}

/** A complete automaton over bytes whose states have outputs. State 0 stands for what can no longer match. */
type OutputAutomaton = { outputs: number[]; next: number[][]; start: number };

function matcherKey(state: ComponentState, classOf: ArrayLike<number>): string {
  const { dfa, targets } = state.matcher as { dfa: ByteDfa; targets: readonly number[] };
  const wild = classOf[state.wild] as number;
  const columns = columnsOf(dfa, state.edges);
  const automaton = withEdges(
    {
      outputs: Array.from({ length: dfa.rows }, (_, row) =>
        (targets[row] ?? 0) === 0 ? wild : (classOf[targets[row] as number] as number),
      ),
      next: Array.from({ length: dfa.rows }, (_, row) =>
        columns.bytes.map(([byte]) => dfa.next[row * 256 + (byte as number)] as number),
      ),
      start: 1,
    },
    state.edges,
    classOf,
    columns.columnOf,
  );
  const minimal = minimise(automaton);
  return finiteKey(minimal, columns.bytes) ?? serialise(minimal, columns.bytes);
}

type Columns = { columnOf: Map<number, number>; bytes: number[][] };

/** Bytes that no row and no edge tells apart share a column. */
function columnsOf(dfa: ByteDfa, edges: ReadonlyMap<string, number>): Columns {
  const classes = new Map<number, number>();
  // bytes of names are a column each
  for (const name of edges.keys()) for (let i = 0; i < name.length; i += 1) classes.set(name.charCodeAt(i), 0);
  let count = 1;
  for (const byte of classes.keys()) classes.set(byte, count++);
  for (const { low, high } of NAME_BYTES)
    for (let byte = low; byte <= high; byte += 1) if (!classes.has(byte)) classes.set(byte, 0);
  for (let row = 1; row < dfa.rows; row += 1) {
    const split = new Map<number, number>();
    for (const [byte, own] of classes) {
      const key = own * dfa.rows + (dfa.next[row * 256 + byte] as number);
      const refined = split.get(key) ?? split.size;
      split.set(key, refined);
      classes.set(byte, refined);
    }
    count = split.size;
  }
  const bytes: number[][] = Array.from({ length: count }, () => []);
  for (const [byte, own] of classes) bytes[own]?.push(byte);
  const columns = bytes.filter((column) => column.length > 0);
  return { bytes: columns, columnOf: new Map(columns.flatMap((column, i) => column.map((byte) => [byte, i]))) };
}

/** Lets the edges' names override what the matcher says. */
function withEdges(
  matcher: OutputAutomaton,
  edges: ReadonlyMap<string, number>,
  classOf: ArrayLike<number>,
  columnOf: Map<number, number>,
): OutputAutomaton {
  const outputs = [...matcher.outputs];
  const next = [...matcher.next];
  const copyOf = (row: number) => {
    outputs.push(matcher.outputs[row] as number);
    return next.push([...(matcher.next[row] as number[])]) - 1;
  };
  // Copies of rows, one for each beginning of a name; a copy's untouched columns lead back into the matcher.
  const start = copyOf(matcher.start);
  for (const [name, target] of edges) {
    let at = start;
    for (let i = 0; i < name.length; i += 1) {
      const column = columnOf.get(name.charCodeAt(i)) as number;
      let to = (next[at] as number[])[column] as number;
      if (to < matcher.outputs.length) {
        to = copyOf(to);
        (next[at] as number[])[column] = to;
      }
      at = to;
    }
    outputs[at] = classOf[target] as number;
  }
  return { outputs, next, start };
}

/** Moore's refinement; the start is kept apart, as no name is empty and its output is never asked for. */
function minimise({ outputs, next, start }: OutputAutomaton): OutputAutomaton {
  let block = renumber(outputs.map(String)).block;
  for (;;) {
    const refined = renumber(
      block.map((own, state) => `${own}:${(next[state] as number[]).map((to) => block[to]).join()}`),
    );
    const done = refined.count === new Set(block).size;
    block = refined.block;
    if (done) break;
  }
  const representatives = new Map<number, number>();
  block.forEach((own, state) => {
    if (!representatives.has(own)) representatives.set(own, state);
  });
  const blocks = [...representatives.entries()].sort(([a], [b]) => a - b);
  const minimal = {
    outputs: blocks.map(([, state]) => outputs[state] as number),
    next: blocks.map(([, state]) => (next[state] as number[]).map((to) => block[to] as number)),
  };
  return {
    outputs: [...minimal.outputs, -1],
    next: [...minimal.next, (next[start] as number[]).map((to) => block[to] as number)],
    start: blocks.length,
  };
}

function renumber(keys: readonly string[]): { block: number[]; count: number } {
  const numbers = new Map<string, number>();
  const block = keys.map((key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { block, count: numbers.size };
}

/** The key of a function that is constant but for finitely many names, or null for any other. */
function finiteKey({ outputs, next, start }: OutputAutomaton, bytes: readonly number[][]): string | null {
  const named: { name: string; output: number }[] = [];
  const sinks = new Set<number>();
  const onPath = new Set<number>();
  const visit = (state: number, names: string[]): boolean => {
    const row = next[state] as number[];
    if (row.every((to) => to === state)) {
      sinks.add(state);
      return sinks.size === 1;
    }
    if (onPath.has(state)) return false;
    if (state !== start) named.push(...names.map((name) => ({ name, output: outputs[state] as number })));
    onPath.add(state);
    const isBounded = row.every((to, column) => {
      if (sinks.has(to)) return true;
      const size = names.length * (bytes[column] as number[]).length;
      if (named.length + size > MAX_EXCEPTIONS) return visit(to, []) && sinks.has(to);
      const longer = (bytes[column] as number[]).flatMap((byte) =>
        names.map((name) => name + String.fromCharCode(byte)),
      );
      return visit(to, longer);
    });
    onPath.delete(state);
    return isBounded;
  };
  if (!visit(start, [''])) return null;
  const [sink] = sinks;
  const constant = outputs[sink as number] as number;
  const exceptions = named.filter(({ output }) => output !== constant).map(({ name, output }) => `${name}/${output}`);
  return constantKey(constant, exceptions);
}

/** The minimal automaton with its states numbered as a walk in byte order meets them. */
function serialise({ outputs, next, start }: OutputAutomaton, bytes: readonly number[][]): string {
  const columnOf = new Map(bytes.flatMap((column, i) => column.map((byte): [number, number] => [byte, i])));
  const order = [start];
  const numbers = new Map([[start, 0]]);
  let text = 'm';
  for (const state of order) {
    text += `;${state === start ? '' : outputs[state]}`;
    let previous = -1;
    for (let byte = 1; byte < 256; byte += 1) {
      if (byte === 0x2f) continue;
      const to = (next[state] as number[])[columnOf.get(byte) as number] as number;
      let number = numbers.get(to);
      if (number === undefined) {
        number = order.push(to) - 1;
        numbers.set(to, number);
      }
      if (number !== previous) text += `,${byte}>${number}`;
      previous = number;
    }
  }
  return text;
}
