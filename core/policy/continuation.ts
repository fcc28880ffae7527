import { byteKey } from './pattern/bytes.ts';
import { positionsAfter, skipAnyDepth } from './pattern/match-path.ts';
import { parsedPatterns } from './pattern/parsed-patterns.ts';
import type { Element, PathPattern } from './pattern/pattern.ts';
import { witnessNames } from './pattern/witness-names.ts';
import type { PathRule, Undeclared } from './rule.ts';
import { answerToUndeclared } from './undeclared.ts';
import { PATH_OPERATIONS, type PathOperation, type VerdictWord, verdictCode } from './vocabulary.ts';

/** What is left of the rules below a path: for each pattern that can still match, where in it one stands. */
export type Continuation = readonly { rule: PathRule; pattern: PathPattern; positions: ReadonlySet<number> }[];

/** What the rules have to say at and below the object of these paths. */
export function continuationOf(rules: readonly PathRule[], paths: readonly (readonly Uint8Array[])[]): Continuation {
  return paths.flatMap((path) =>
    path.reduce<Continuation>(
      after,
      rules.flatMap((rule) =>
        parsedPatterns(rule.pattern).map((pattern) => ({
          rule,
          pattern,
          positions: skipAnyDepth(pattern, new Set([0])),
        })),
      ),
    ),
  );
}

function after(continuation: Continuation, name: Uint8Array): Continuation {
  return continuation
    .map(({ rule, pattern, positions }) => ({ rule, pattern, positions: positionsAfter(pattern, positions, name) }))
    .filter(({ positions }) => positions.size > 0);
}

/** Whether every further path gets the same verdicts from both, whatever the rules are called. */
export function saysTheSame(one: Continuation, other: Continuation): boolean {
  const pending: [Continuation, Continuation][] = [[one, other]];
  const seen = new Set([`${keyOf(one)}\n${keyOf(other)}`]);
  for (const [a, b] of pending) {
    if (keyOf(a) === keyOf(b)) continue;
    if (verdictsAt(a).join() !== verdictsAt(b).join()) return false;
    for (const name of witnessNames([...namesNext(a), ...namesNext(b)])) {
      const next: [Continuation, Continuation] = [after(a, name), after(b, name)];
      const key = `${keyOf(next[0])}\n${keyOf(next[1])}`;
      if (seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
  return true;
}

/** The strictest verdict at or below, over all operations on paths; where the rules are silent, what silence comes to. */
export function strictestIn(continuation: Continuation, undeclared: Undeclared): Exclude<VerdictWord, 'none'> {
  const pending = [continuation];
  const seen = new Set([keyOf(continuation)]);
  let strictest: Exclude<VerdictWord, 'none'> = 'allow';
  for (const one of pending) {
    verdictsAt(one).forEach((verdict, index) => {
      const operation = PATH_OPERATIONS[index] as PathOperation;
      const spoken = verdict === 'none' ? answerToUndeclared(undeclared, operation) : verdict;
      if (verdictCode(spoken) > verdictCode(strictest)) strictest = spoken;
    });
    for (const name of witnessNames(namesNext(one))) {
      const next = after(one, name);
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
  return strictest;
}

/** The verdict of each operation on paths, exactly here. */
function verdictsAt(continuation: Continuation): VerdictWord[] {
  const here = continuation.filter(({ pattern, positions }) => positions.has(pattern.length)).map(({ rule }) => rule);
  return PATH_OPERATIONS.map((operation) =>
    here
      .filter(({ operations }) => operations.includes(operation))
      .reduce<VerdictWord>(
        (verdict, { effect }) => (verdictCode(effect) > verdictCode(verdict) ? effect : verdict),
        'none',
      ),
  );
}

function namesNext(continuation: Continuation): (readonly Element[])[] {
  return continuation.flatMap(({ pattern, positions }) =>
    [...positions].flatMap((position) => {
      const component = pattern[position];
      return component?.kind === 'name' ? [component.elements] : [];
    }),
  );
}

/** Equal for continuations that are the same but for the names of rules. */
function keyOf(continuation: Continuation): string {
  const parts = continuation.flatMap(({ rule, pattern, positions }) =>
    [...positions].map(
      (position) => `${rule.effect} ${[...rule.operations].sort().join()} ${spelled(pattern, position)}`,
    ),
  );
  return [...new Set(parts)].sort().join('\n');
}

const spellings = new WeakMap<PathPattern, string[]>();

function spelled(pattern: PathPattern, position: number): string {
  const known = spellings.get(pattern) ?? [];
  spellings.set(pattern, known);
  known[position] ??= JSON.stringify(pattern.slice(position), (_, value) =>
    value instanceof Uint8Array ? byteKey(value) : value,
  );
  return known[position];
}
