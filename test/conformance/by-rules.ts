/** What the specification answers. It knows the policy and what was declared, nothing of tables or of the kernel. */
import type { Decision } from '../../core/policy/decision.ts';
import { evaluate, evaluateAddress } from '../../core/policy/evaluate.ts';
import { evaluateRename } from '../../core/policy/evaluate-rename.ts';
import { evaluateLimit, type Ledger } from '../../core/policy/limits-ledger.ts';
import type { Policy } from '../../core/policy/rule.ts';
import { type PathOperation, type Reason, type Verdict, verdictCode } from '../../core/policy/vocabulary.ts';
import type { Question } from './question.ts';
import { type Names, shownAt, type World } from './world.ts';

export type Answer = {
  readonly verdict: Verdict;
  /** The reason and rule to be given; one of these, where several things asked at once come to the same. */
  readonly because: readonly { readonly reason: Reason; readonly rule: number }[];
  /** How often it is reported when it is allowed. */
  readonly records: number;
};

export function answerByRules(policy: Policy, world: World, ledger: Ledger, question: Question): Answer {
  switch (question.kind) {
    case 'object': {
      const decisions = decisionsAt(policy, world, question.names, question.operations);
      // what is only audited is always on record
      const isAudited = decisions.some(({ reason }) => reason === 'audit-mode');
      return strictest(decisions, question.reports === 'all' || isAudited ? recordsOf(policy, decisions) : 0);
    }
    case 'link': {
      const source = decisionsAt(policy, world, question.names, ['write']);
      const target = decisionsAt(policy, world, question.other, ['create']);
      // the file comes first, then its new name
      const isRefused = source.some(({ verdict }) => verdictCode(verdict) > verdictCode('require_approval'));
      const records = recordsOf(policy, source) + recordsOf(policy, target);
      return isRefused ? strictest(source, 0) : strictest([...source, ...target], records);
    }
    case 'rename':
      return answerToRename(policy, world, question);
    case 'address':
      return strictest([evaluateAddress(policy, question.operation, question.request)], 1);
    case 'limit': {
      const refused = evaluateLimit(policy, ledger, question.spending);
      return refused === null ? { verdict: 'allow', because: [], records: 0 } : strictest([refused], 0);
    }
  }
}

function answerToRename(policy: Policy, world: World, question: Question & { kind: 'rename' }): Answer {
  const { names, other, directory, targetExists } = question;
  const source = decisionsAt(policy, world, names, ['delete']);
  const target = decisionsAt(policy, world, other, targetExists ? ['create', 'delete'] : ['create']);
  const [from = '', ...fromAliases] = shownAt(world, names);
  const [to = '', ...toAliases] = shownAt(world, other);
  const whole = evaluateRename(policy, [], from, to, { directory, targetExists, fromAliases, toAliases });
  const all = [...source, ...target, whole].filter(({ verdict }) => verdict === whole.verdict);
  // where a refusal kills, a rule that kills below a moved directory comes to no more than the refusal itself
  if (directory && whole.verdict === 'kill') all.push({ verdict: 'kill', reason: 'directory-move', rule: 0 });
  return strictest(all, recordsOf(policy, source) + recordsOf(policy, target));
}

type Asked = Decision & { readonly operation?: PathOperation };

function decisionsAt(policy: Policy, world: World, names: Names, operations: readonly PathOperation[]): Asked[] {
  const [path, ...aliases] = shownAt(world, names);
  return operations.map((operation) => ({
    operation,
    // no rule can speak of what no mount shows
    ...(path === undefined
      ? evaluate({ ...policy, paths: [] }, [], { operation, path: '/' })
      : evaluate(policy, [], { operation, path, aliases })),
  }));
}

function strictest(decisions: readonly Decision[], records: number): Answer {
  const worst = Math.max(...decisions.map(({ verdict }) => verdictCode(verdict)));
  const deciding = decisions.filter(({ verdict }) => verdictCode(verdict) === worst);
  return {
    verdict: deciding[0]?.verdict ?? 'block',
    because: deciding.map(({ reason, rule }) => ({ reason, rule })),
    records,
  };
}

/** What is asked together is one record, unless every rule that allows a part of it is silent. */
function recordsOf(policy: Policy, decisions: readonly Asked[]): number {
  const isSilent = decisions.every(({ rule }) => rule !== 0 && policy.paths.find(({ id }) => id === rule)?.silent);
  return isSilent ? 0 : 1;
}
