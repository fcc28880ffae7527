import { ByteMatchers, outcomeOf } from './automaton/byte-dfa.ts';
import { ComponentAutomaton, type ComponentState, DEAD } from './automaton/component-automaton.ts';
import { PatternTrie, ROOT } from './automaton/pattern-trie.ts';
import { LimitExceeded, WorkBudget } from './automaton/work-budget.ts';
import { COMPILE_LIMITS, type CompileLimits } from './limits.ts';
import { byteKey, display, keyBytes, utf8 } from './pattern/bytes.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import type { PathRule } from './rule.ts';

/** All objects that exactly these rules speak of, and one of them to show; the one without rules is everything else. */
export type CoveredSet = { readonly rules: readonly PathRule[]; readonly example: string | null };

/**
 * Divides all paths into sets that the rules do not tell apart: by the automaton that decides in the kernel, so that two
 * patterns are compared by what they mean. Null when the rules need more than `limits`. Patterns are well-formed, ids unique.
 */
export function coveredSets(
  rules: readonly PathRule[],
  limits: CompileLimits = COMPILE_LIMITS,
): readonly CoveredSet[] | null {
  const budget = new WorkBudget(limits.steps);
  try {
    const trie = new PatternTrie(new ByteMatchers(budget, limits.rows), budget);
    for (const { id, pattern } of rules) for (const one of parsedPatterns(pattern)) trie.insert(one, id);
    const automaton = new ComponentAutomaton(trie, limits, budget);
    const start = automaton.stateOf([ROOT]);
    automaton.complete();
    return setsOf(automaton.states, start, trie, new Map(rules.map((rule) => [rule.id, rule])));
  } catch (error) {
    if (error instanceof LimitExceeded) return null;
    throw error;
  }
}

function setsOf(
  states: readonly ComponentState[],
  start: number,
  trie: PatternTrie,
  rules: ReadonlyMap<number, PathRule>,
): CoveredSet[] {
  const examples = examplesOf(states, start);
  const sets = new Map<string, CoveredSet>([['', { rules: [], example: null }]]);
  states.forEach(({ nodes }, state) => {
    const ids = [...new Set(nodes.flatMap((node) => trie.at(node).rules))].sort((a, b) => a - b);
    const key = ids.join();
    const example = examples.get(state) ?? null;
    if (key === '' || (sets.has(key) && (example === null || sets.get(key)?.example !== null))) return;
    sets.set(key, { rules: ids.flatMap((id) => rules.get(id) ?? []), example });
  });
  return [...sets.values()];
}

/** The shortest path found to each state. */
function examplesOf(states: readonly ComponentState[], start: number): Map<number, string> {
  const examples = new Map([[start, '/']]);
  for (const [at, path] of examples) {
    const state = states[at] as ComponentState;
    for (const [next, name] of namesFrom(state)) {
      if (next !== DEAD && !examples.has(next))
        examples.set(next, `${path === '/' ? '' : path}/${display(keyBytes(name))}`);
    }
  }
  return examples;
}

/** A name for each state that some name leads to, where one is easily found. */
function namesFrom(state: ComponentState): Map<number, string> {
  const names = new Map<number, string>();
  for (const [name, next] of state.edges) if (!names.has(next)) names.set(next, name);
  for (const name of candidateNames(state)) {
    if (state.edges.has(name)) continue;
    const next = afterWildcard(state, name);
    if (!names.has(next)) names.set(next, name);
  }
  return names;
}

function afterWildcard({ matcher, wild }: ComponentState, name: string): number {
  return matcher === null ? wild : matcher.targets[outcomeOf(matcher.dfa, name)] || wild;
}

const PLAIN = ['name', 'other', 'a', 'b', 'x', 'Z', '0', '.hidden', 'a.b', '\u00e9'].map((name) => byteKey(utf8(name)));
/** Letters first, so that examples are readable. */
const BYTES = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+@,= #%&()\u0000']
  .map((character) => character.charCodeAt(0))
  .filter((byte) => byte !== 0);
const NAMES_A_ROW = 3;

/** Plain words, and for each row of the byte automaton up to three names that lead there. */
function candidateNames({ matcher }: ComponentState): string[] {
  if (matcher === null) return PLAIN;
  const { next, rows, width, classes } = matcher.dfa;
  const bytes = [...BYTES, ...Array.from({ length: 255 }, (_, i) => i + 1).filter((byte) => byte > 0x7f)];
  const found: string[][] = Array.from({ length: rows }, () => []);
  const pending: { row: number; name: string }[] = [{ row: 1, name: '' }];
  for (const { row, name } of pending) {
    for (const byte of bytes) {
      const to = next[row * width + (classes[byte] as number)] as number;
      const names = found[to];
      if (to === 0 || names === undefined || names.length >= NAMES_A_ROW) continue;
      const longer = name + String.fromCharCode(byte);
      names.push(longer);
      pending.push({ row: to, name: longer });
    }
  }
  return [...PLAIN, ...found.flat().filter(isShowable)];
}

/** What a person can read and write down again. */
function isShowable(name: string): boolean {
  return name !== '.' && name !== '..' && byteKey(utf8(display(keyBytes(name)))) === name;
}
