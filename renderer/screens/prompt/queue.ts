import type { ApprovalId, ApprovalRequest } from '../../../core/protocol/approval.ts';

/** In which order questions are put: those that stand still in the kernel first, the one with the least time before others. */
export function arrange(approvals: readonly ApprovalRequest[]): ApprovalRequest[] {
  return [...approvals].sort((a, b) => urgency(a) - urgency(b) || a.id - b.id);
}

function urgency({ status }: ApprovalRequest): number {
  return status.state === 'held' ? Date.parse(status.until) : Number.MAX_SAFE_INTEGER;
}

export type Place = {
  readonly current: ApprovalRequest;
  /** From 0. */
  readonly index: number;
  readonly count: number;
};

/**
 * The question on screen. New ones never push it away; when it is over, what moved up to its place is next.
 * Null: nothing waits.
 */
export function placeIn(queue: readonly ApprovalRequest[], pinned: ApprovalId | null, lastIndex: number): Place | null {
  const found = queue.findIndex(({ id }) => id === pinned);
  const index = found === -1 ? Math.min(pinned === null ? 0 : lastIndex, queue.length - 1) : found;
  const current = queue[index];
  return current === undefined ? null : { current, index, count: queue.length };
}
