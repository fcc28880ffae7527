import type { Decision } from './decision.ts';
import { refusal } from './evaluate.ts';
import { NO_RULE, type Policy } from './rule.ts';

/** What one session has used of what its policy limits. */
export type Ledger = {
  /** When a file or folder was removed or replaced: milliseconds of the monotonic clock. */
  readonly deletions: readonly number[];
  /** Alive, or not yet waited for. */
  readonly processes: number;
  /** Handed over to be sent to addresses, loopback included. */
  readonly bytesSent: number;
};

/** One process, which has done nothing yet. */
export const NEW_SESSION: Ledger = { deletions: [], processes: 1, bytesSent: 0 };

/** What an operation takes from a limit once the rules have allowed it. */
export type Spending =
  /** Of unlink, rmdir, and a rename that replaces. `at`: milliseconds of the monotonic clock. */
  | { readonly kind: 'deletion'; readonly at: number }
  | { readonly kind: 'process' }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** The refusal of what goes beyond the policy's limits; null: it is within. What is refused is not spent. */
export function evaluateLimit(policy: Policy, ledger: Ledger, spending: Spending): Decision | null {
  const { deletionsPerMinute, processes, bytesSent } = policy.limits;
  switch (spending.kind) {
    case 'deletion': {
      const sameMinute = ledger.deletions.filter((at) => minuteOf(at) === minuteOf(spending.at)).length;
      return sameMinute >= (deletionsPerMinute ?? Number.POSITIVE_INFINITY) ? beyond(policy, 'limit-deletions') : null;
    }
    case 'process':
      return ledger.processes >= (processes ?? Number.POSITIVE_INFINITY) ? beyond(policy, 'limit-processes') : null;
    case 'bytes': {
      const total = ledger.bytesSent + spending.bytes;
      return total > (bytesSent ?? Number.POSITIVE_INFINITY) ? beyond(policy, 'limit-bytes') : null;
    }
  }
}

/** The session after an operation that was allowed. */
export function spend(ledger: Ledger, spending: Spending): Ledger {
  switch (spending.kind) {
    case 'deletion':
      return { ...ledger, deletions: [...ledger.deletions, spending.at] };
    case 'process':
      return { ...ledger, processes: ledger.processes + 1 };
    case 'bytes':
      return { ...ledger, bytesSent: ledger.bytesSent + spending.bytes };
  }
}

/** The session after one of its processes has ended and was waited for. */
export function processGone(ledger: Ledger): Ledger {
  return { ...ledger, processes: ledger.processes - 1 };
}

/** Minutes begin with those of the clock, not with the first deletion. */
function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000);
}

function beyond(policy: Policy, reason: Decision['reason']): Decision {
  return refusal(policy, { reason, rule: NO_RULE });
}
