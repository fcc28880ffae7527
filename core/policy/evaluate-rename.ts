import { continuationOf, saysTheSame, strictestIn } from './continuation.ts';
import type { Decision } from './decision.ts';
import { evaluate, refusal } from './evaluate.ts';
import { type HostPath, pathComponents } from './host-path.ts';
import type { ProtectedLocation } from './locations.ts';
import { NO_RULE, type Policy } from './rule.ts';
import { type PathOperation, verdictCode } from './vocabulary.ts';

export type RenameRequest = {
  /** What moves, or in an exchange either of the two, is a directory or a socket. */
  directory: boolean;
  targetExists: boolean;
  /** RENAME_EXCHANGE: both names change places. */
  exchange?: boolean;
  /** Further host paths of the two. */
  fromAliases?: readonly HostPath[];
  toAliases?: readonly HostPath[];
};

const STRICTEST = 'kill';

/**
 * What the policy says about a rename: the strictest of what it needs (the first of equals): deleting the old name,
 * creating the new one, deleting what has the new name already; for an exchange both at both.
 *
 * A directory takes all that is below it to other rules, a socket whoever listens behind it. So it moves freely only where the policy below both paths is the
 * same; else the strictest verdict at or below either decides, if that is stricter.
 */
export function evaluateRename(
  policy: Policy,
  locations: readonly ProtectedLocation[],
  from: HostPath,
  to: HostPath,
  request: RenameRequest,
): Decision {
  const { exchange = false, fromAliases = [], toAliases = [] } = request;
  const atSource = (operation: PathOperation) =>
    evaluate(policy, locations, { operation, path: from, aliases: fromAliases });
  const atTarget = (operation: PathOperation) =>
    evaluate(policy, locations, { operation, path: to, aliases: toAliases });
  const needed = [atSource('delete'), atTarget('create')];
  if (request.targetExists || exchange) needed.push(atTarget('delete'));
  if (exchange) needed.push(atSource('create'));
  const decision = needed.reduce((worst, one) => (verdictCode(one.verdict) > verdictCode(worst.verdict) ? one : worst));
  if (!request.directory || decision.verdict === STRICTEST) return decision;
  const move = evaluateMove(policy, [from, ...fromAliases], [to, ...toAliases]);
  return move !== null && verdictCode(move.verdict) > verdictCode(decision.verdict) ? move : decision;
}

function evaluateMove(policy: Policy, from: readonly HostPath[], to: readonly HostPath[]): Decision | null {
  const source = continuationOf(policy.paths, from.map(pathComponents));
  const target = continuationOf(policy.paths, to.map(pathComponents));
  if (saysTheSame(source, target)) return null;
  const verdicts = [source, target].map((end) => strictestIn(end, policy.undeclared));
  const verdict = verdicts.reduce((worst, one) => (verdictCode(one) > verdictCode(worst) ? one : worst));
  const decision = { reason: 'directory-move', rule: NO_RULE } as const;
  return verdict === 'block' ? refusal(policy, decision) : { verdict, ...decision };
}
