/** What moving a directory means: the strictest word that rules have at or below each state, and whose it is. */
import { OPERATION_SLOTS } from './automaton/accept.ts';
import type { PolicyTables } from './tables.ts';

/** The slot that no operation has: `RF_BELOW`. */
const SLOT = OPERATION_SLOTS - 1;

type Word = { readonly verdict: number; readonly rule: number };

const NOTHING: Word = { verdict: 0, rule: 0 };

/** The same tables, with that word in the last slot of what each state accepts. */
export function wordsBelow(tables: PolicyTables): PolicyTables {
  const words = reachable(tables);
  const numbers = new Map<string, number>([['0/0/0', 0]]);
  const made: { accept: number; word: Word }[] = [{ accept: 0, word: NOTHING }];
  const accept = tables.nodes.accept.map((own, state) => {
    const word = words[state] ?? NOTHING;
    const key = `${own}/${word.verdict}/${word.rule}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, made.length);
    return made.push({ accept: own, word }) - 1;
  });
  return { ...tables, nodes: { ...tables.nodes, accept }, accepts: acceptsOf(tables.accepts, made) };
}

function acceptsOf(
  { verdict, rule, silent }: PolicyTables['accepts'],
  made: readonly { accept: number; word: Word }[],
): PolicyTables['accepts'] {
  const accepts = {
    verdict: new Uint8Array(made.length * OPERATION_SLOTS),
    rule: new Uint32Array(made.length * OPERATION_SLOTS),
    silent: new Uint32Array(made.length),
  };
  made.forEach(({ accept, word }, index) => {
    const from = accept * OPERATION_SLOTS;
    const to = index * OPERATION_SLOTS;
    accepts.verdict.set(verdict.subarray(from, from + OPERATION_SLOTS), to);
    accepts.rule.set(rule.subarray(from, from + OPERATION_SLOTS), to);
    accepts.silent[index] = silent[accept] ?? 0;
    accepts.verdict[to + SLOT] = word.verdict;
    accepts.rule[to + SLOT] = word.rule;
  });
  return accepts;
}

/** By state. Words spread against the edges, the strictest first, so that each state is reached once a word at most. */
function reachable({ nodes, edges, accepts }: PolicyTables): Word[] {
  const before = predecessors(nodes.wild, edges);
  const words: Word[] = Array.from(nodes.accept, (accept) => strictest(accepts, accept));
  const waiting = words.map((_, state) => state).filter((state) => (words[state] ?? NOTHING).verdict > 0);
  for (const state of waiting) {
    const word = words[state] ?? NOTHING;
    for (const from of before[state] ?? []) {
      if (!isStricter(word, words[from] ?? NOTHING)) continue;
      words[from] = word;
      waiting.push(from);
    }
  }
  return words;
}

function predecessors(wild: Uint32Array, { state, next }: PolicyTables['edges']): number[][] {
  const before: number[][] = Array.from(wild, () => []);
  wild.forEach((to, from) => {
    if (to !== 0) before[to]?.push(from);
  });
  state.forEach((from, index) => {
    const to = next[index] ?? 0;
    if (to !== 0) before[to]?.push(from);
  });
  return before;
}

function strictest({ verdict, rule }: PolicyTables['accepts'], accept: number): Word {
  let word = NOTHING;
  for (let slot = accept * OPERATION_SLOTS; slot < (accept + 1) * OPERATION_SLOTS; slot++) {
    const own = { verdict: verdict[slot] ?? 0, rule: rule[slot] ?? 0 };
    if (isStricter(own, word)) word = own;
  }
  return word;
}

/** Of equally strict ones the first rule's. */
function isStricter(one: Word, other: Word): boolean {
  if (one.verdict !== other.verdict) return one.verdict > other.verdict;
  return one.verdict > 0 && one.rule < other.rule;
}
