import type { ByteDfa } from './byte-dfa.ts';
import { NAME_BYTES } from './byte-ranges.ts';
import type { ComponentState } from './component-automaton.ts';
import { Numbering } from './numbering.ts';

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
  const exceptions: [string, number][] = [];
  for (const [name, next] of state.edges) {
    const target = classOf[next] as number;
    if (target !== wild) exceptions.push([name, target]);
  }
  return constantKey(wild, exceptions.sort(byName));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

/** `exceptions` in the order of their names. */
function constantKey(constant: number, exceptions: readonly (readonly [string, number])[]): string {
  return `${constant}//${exceptions.map(([name, target]) => `${name}/${target}`).join('//')}`;
}

/** A complete automaton over bytes whose states have outputs. State 0 stands for what can no longer match. */
type OutputAutomaton = { outputs: number[]; next: number[][]; start: number };

/** A function whose outputs are letters: which classes they stand for makes no difference to its form. */
type Shape =
  | { kind: 'constant'; letter: number; exceptions: readonly (readonly [string, number])[] }
  /** Between two texts comes an output. */
  | { kind: 'automaton'; texts: readonly string[]; letters: readonly number[] };

type Matcher = NonNullable<ComponentState['matcher']>;

function matcherKey(state: ComponentState, classOf: ArrayLike<number>): string {
  const matcher = state.matcher as Matcher;
  const letterOf = new Map<number, number>();
  const classes: number[] = [];
  const letter = (target: number) => {
    const own = classOf[target] as number;
    let known = letterOf.get(own);
    if (known === undefined) {
      known = classes.push(own) - 1;
      letterOf.set(own, known);
    }
    return known;
  };
  const wild = letter(state.wild);
  const outcomes = matcher.targets.map((target) => (target === 0 ? wild : letter(target)));
  const edges = Array.from(state.edges.values(), letter);
  const shape = rememberedShape(state, matcher.dfa, { outcomes, edges });
  if (shape.kind === 'automaton') {
    return shape.texts
      .map((text, i) => (i === 0 ? text : `${classes[shape.letters[i - 1] as number]}${text}`))
      .join('');
  }
  return constantKey(
    classes[shape.letter] as number,
    shape.exceptions.map(([name, own]) => [name, classes[own] as number]),
  );
}

/** Letters of what the matcher comes to, and of the edges in their order. */
type Letters = { outcomes: readonly number[]; edges: readonly number[] };

const shapes = new WeakMap<ByteDfa, Map<string, Shape>>();

/** Worked out once for all states with this matcher and edges by these names, as those of several homes are. */
function rememberedShape({ edges }: ComponentState, dfa: ByteDfa, letters: Letters): Shape {
  const known = shapes.get(dfa) ?? new Map<string, Shape>();
  shapes.set(dfa, known);
  const names = [...edges.keys()];
  const key = `${letters.outcomes.join()};${letters.edges.join()};${names.join('/')}`;
  const shape = known.get(key) ?? shapeOf(dfa, names, letters);
  known.set(key, shape);
  return shape;
}

function shapeOf(dfa: ByteDfa, names: readonly string[], { outcomes, edges }: Letters): Shape {
  const columns = columnsOf(dfa, names);
  const automaton = withEdges(
    {
      outputs: Array.from(dfa.outcome, (outcome) => outcomes[outcome] as number),
      next: Array.from({ length: dfa.rows }, (_, row) =>
        columns.bytes.map(([byte]) => dfa.next[row * dfa.width + (dfa.classes[byte as number] as number)] as number),
      ),
      start: 1,
    },
    names.map((name, i) => [name, edges[i] as number]),
    columns.columnOf,
  );
  const minimal = minimise(automaton);
  return constantShape(minimal, columns.bytes) ?? serialise(minimal, columns);
}

/** `columnOf`: by byte. */
type Columns = { columnOf: Uint8Array; bytes: readonly (readonly number[])[] };

/** Bytes that no row and no edge tells apart share a column. */
function columnsOf({ classes, width }: ByteDfa, names: readonly string[]): Columns {
  const named = new Set<number>();
  for (const name of names) for (let i = 0; i < name.length; i += 1) named.add(name.charCodeAt(i));
  const byClass: number[][] = Array.from({ length: width }, () => []);
  for (const { low, high } of NAME_BYTES)
    for (let byte = low; byte <= high; byte += 1) if (!named.has(byte)) byClass[classes[byte] as number]?.push(byte);
  const bytes = [...byClass.filter((column) => column.length > 0), ...Array.from(named, (byte) => [byte])];
  const columnOf = new Uint8Array(256);
  bytes.forEach((column, index) => {
    for (const byte of column) columnOf[byte] = index;
  });
  return { bytes, columnOf };
}

/** Lets the edges' names override what the matcher says. */
function withEdges(
  matcher: OutputAutomaton,
  edges: readonly (readonly [string, number])[],
  columnOf: Uint8Array,
): OutputAutomaton {
  const outputs = [...matcher.outputs];
  const next = [...matcher.next];
  const copyOf = (row: number) => {
    outputs.push(matcher.outputs[row] as number);
    return next.push([...(matcher.next[row] as number[])]) - 1;
  };
  // Copies of rows, one for each beginning of a name; a copy's untouched columns lead back into the matcher.
  const start = copyOf(matcher.start);
  for (const [name, output] of edges) {
    let at = start;
    for (let i = 0; i < name.length; i += 1) {
      const column = columnOf[name.charCodeAt(i)] as number;
      let to = (next[at] as number[])[column] as number;
      if (to < matcher.outputs.length) {
        to = copyOf(to);
        (next[at] as number[])[column] = to;
      }
      at = to;
    }
    outputs[at] = output;
  }
  return { outputs, next, start };
}

const numbering = new Numbering();

/** Moore's refinement; the start is kept apart, as no name is empty and its output is never asked for. */
function minimise({ outputs, next, start }: OutputAutomaton): OutputAutomaton {
  const size = outputs.length;
  const columns = next[0]?.length ?? 0;
  numbering.begin(Math.max(...outputs) + 1);
  let block = outputs.map((output) => numbering.of(output));
  for (let before = 0; before < numbering.count; ) {
    before = numbering.count;
    for (let column = 0; column < columns; column += 1) {
      // a split holds for the columns that follow: less is left to do
      numbering.begin(size * size);
      const refined: number[] = new Array(size);
      for (let state = 0; state < size; state += 1) {
        const to = (next[state] as number[])[column] as number;
        refined[state] = numbering.of((block[state] as number) * size + (block[to] as number));
      }
      block = refined;
    }
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

/** The shape of a function that is constant but for finitely many names, or null for any other. */
function constantShape({ outputs, next, start }: OutputAutomaton, bytes: Columns['bytes']): Shape | null {
  const sink = onlySink(next, start);
  if (sink === null) return null;
  const letter = outputs[sink] as number;
  const exceptions: [string, number][] = [];
  let budget = MAX_EXCEPTIONS;
  const visit = (state: number, names: readonly string[]): boolean => {
    if (state === sink) return true;
    budget -= names.length;
    if (budget < 0) return false;
    if (state !== start && outputs[state] !== letter)
      exceptions.push(...names.map((name): [string, number] => [name, outputs[state] as number]));
    return (next[state] as number[]).every((to, column) => {
      const own = bytes[column] as readonly number[];
      return (
        to === sink ||
        visit(
          to,
          own.flatMap((byte) => names.map((name) => name + String.fromCharCode(byte))),
        )
      );
    });
  };
  return visit(start, ['']) ? { kind: 'constant', letter, exceptions: exceptions.sort(byName) } : null;
}

/** The state in which every long name ends, whatever it is; null where there is no such. */
function onlySink(next: readonly (readonly number[])[], start: number): number | null {
  const sinks = new Set<number>();
  const done = new Set<number>();
  const onPath = new Set<number>();
  const isBounded = (state: number): boolean => {
    if (done.has(state)) return true;
    if (onPath.has(state)) return false;
    const row = next[state] as readonly number[];
    if (row.every((to) => to === state)) {
      sinks.add(state);
      done.add(state);
      return true;
    }
    onPath.add(state);
    const bounded = row.every(isBounded);
    onPath.delete(state);
    done.add(state);
    return bounded;
  };
  if (!isBounded(start) || sinks.size !== 1) return null;
  return [...sinks][0] as number;
}

/** The minimal automaton with its states numbered as a walk in byte order meets them. */
function serialise({ outputs, next, start }: OutputAutomaton, { columnOf }: Columns): Shape {
  const order = [start];
  const numbers = new Map([[start, 0]]);
  const texts = ['m'];
  const letters: number[] = [];
  for (const state of order) {
    let text = ';';
    if (state !== start) {
      texts[texts.length - 1] += text;
      letters.push(outputs[state] as number);
      texts.push('');
      text = '';
    }
    let previous = -1;
    for (let byte = 1; byte < 256; byte += 1) {
      if (byte === 0x2f) continue;
      const to = (next[state] as number[])[columnOf[byte] as number] as number;
      let number = numbers.get(to);
      if (number === undefined) {
        number = order.push(to) - 1;
        numbers.set(to, number);
      }
      if (number !== previous) text += `,${byte}>${number}`;
      previous = number;
    }
    texts[texts.length - 1] += text;
  }
  return { kind: 'automaton', texts, letters };
}
