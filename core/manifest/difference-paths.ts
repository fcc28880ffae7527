import { type PathRule, type Policy, ruleId } from '../policy/rule.ts';
import { type CoveredSet, coveredSets } from '../policy/rule-coverage.ts';
import { type Operation, PATH_OPERATIONS } from '../policy/vocabulary.ts';
import { type Answer, isMore, judge, type Side, sentenceOf, tellingRule } from './difference-verdict.ts';
import { verbsOf } from './permission-words.ts';

/** One sentence about what a new version may, compared to the old one. */
export type Change = {
  /** `more`: it may do what it could not, or with less asking; `less`: the reverse; `other`: no permission. */
  readonly kind: 'more' | 'less' | 'other';
  readonly text: string;
  /** Where the rule stands that tells it, and in which of the two manifests. */
  readonly pointer: string | null;
  readonly side: Side;
  /** One object it is about, where that is not what the rule says already. */
  readonly example: string | null;
};

type Group = {
  readonly before: Answer;
  readonly after: Answer;
  readonly side: Side;
  readonly rule: string | null;
  readonly pointer: string | null;
  readonly operations: Set<Operation>;
  readonly sets: Set<CoveredSet>;
};

/** What changes for paths; null where the two together are too much to compare. */
export function comparePaths(before: Policy, after: Policy): Change[] | null {
  const old = numbered(before.paths, 0);
  const young = numbered(after.paths, old.length);
  const sets = coveredSets([...old, ...young]);
  if (sets === null) return null;
  const isOld = (rule: PathRule) => rule.id <= old.length;
  const groups = new Map<string, Group>();
  for (const set of sets) {
    for (const operation of PATH_OPERATIONS) {
      const speaking = set.rules.filter(({ operations }) => operations.includes(operation));
      const was = judge(before, operation, speaking.filter(isOld));
      const is = judge(
        after,
        operation,
        speaking.filter((rule) => !isOld(rule)),
      );
      if (was.answer === is.answer) continue;
      const telling = tellingRule(was, is);
      const side = telling?.side ?? 'new';
      const key = `${was.answer} ${is.answer} ${side} ${telling?.origin.pointer ?? ''} ${telling?.origin.text ?? ''}`;
      const group = groups.get(key) ?? {
        before: was.answer,
        after: is.answer,
        side,
        rule: telling?.origin.text ?? null,
        pointer: telling?.origin.pointer ?? null,
        operations: new Set(),
        sets: new Set(),
      };
      group.operations.add(operation);
      group.sets.add(set);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map((group) => changeOf(group, sets));
}

function numbered(rules: readonly PathRule[], offset: number): PathRule[] {
  return rules.map((rule, index) => ({ ...rule, id: ruleId(offset + index + 1) }));
}

function changeOf({ before, after, side, rule, pointer, operations, sets }: Group, all: readonly CoveredSet[]): Change {
  const verbs = verbsOf(PATH_OPERATIONS.filter((operation) => operations.has(operation)));
  const isPart =
    rule !== null &&
    all.some(
      (set) => !sets.has(set) && set.rules.some(({ origin }) => origin.pointer === pointer && origin.text === rule),
    );
  const example = [...sets].find((set) => set.example !== null)?.example ?? null;
  const object = rule === null ? 'whatever no rule names' : rule;
  const part = isPart && example !== null ? ` in part, such as ${example}` : '';
  return {
    kind: isMore(before, after) ? 'more' : 'less',
    text: sentenceOf(before, after, `${verbs} ${object}${part}`),
    pointer,
    side,
    example,
  };
}
