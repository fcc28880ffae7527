import { holderOf } from '../../core/policy/delegated-rights.ts';
import type { ApprovalRequest, Grant } from '../../core/protocol/approval.ts';
import type { Paint } from '../terminal/paint.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { moment, span } from '../terminal/time.ts';
import { visible } from '../terminal/visible.ts';

const BECAUSE = {
  'nobody-to-ask': 'refused, as nobody was there to answer',
  'cannot-hold': 'refused, as this call cannot wait',
  'timed-out': 'refused, as nobody answered in time',
  'guard-unavailable': 'refused, as the guard could not ask',
} as const;

/** What the call does: the kernel's words, and the whole name it is about. */
export function deedOf({ operations, call, path, otherPath, address, port }: ApprovalRequest): string {
  const object = path ?? (address?.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
  const to = otherPath === null ? '' : ` to ${visible(otherPath)}`;
  return `${operations.join(', ')} ${visible(object)}${to} (${visible(call)})`;
}

export function stateOf({ status }: ApprovalRequest, now: number, paint: Paint): string {
  if (status.state === 'refused')
    return paint.faint(`${BECAUSE[status.because]}; allowing it lets the next attempt through`);
  return paint.warn(`waits, ${span(Date.parse(status.until) - now)} left`);
}

/** One question, several lines. */
export function printRequest(request: ApprovalRequest, { print, paint, now }: Terminal): void {
  const chain = [...request.chain].reverse().map(({ pid, executable }) => `${visible(executable ?? '?')}[${pid}]`);
  print(`${paint.strong(`${request.id}  ${deedOf(request)}`)}`);
  print(`    ${stateOf(request, now(), paint)}`);
  print(`    skill ${visible(request.skillId)}, session ${visible(request.session)}`);
  print(`    ${chain.join(' > ')}`);
  if (request.delegated)
    print(`    ${visible(holderOf(request.delegated))}, which has a right of its own to ask for this`);
  if (request.rule) print(`    asked for by ${visible(request.rule.pointer)} "${visible(request.rule.text)}"`);
}

const KINDS = {
  deny: 'denied',
  'allow-once': 'for the next attempt',
  'allow-process': 'while its process runs',
  'allow-session': 'while its session lasts',
  'allow-15-minutes': 'for 15 minutes',
  'allow-rule': 'all that its rule asks about, while its session lasts',
} as const;

export function printGrant(grant: Grant, { print, now }: Terminal): void {
  const left = grant.until === null ? '' : `, ${span(Date.parse(grant.until) - now())} left`;
  const what = `${grant.operations.join(', ')} ${visible(grant.object)}`;
  print(
    `  ${grant.id}  ${what}: ${KINDS[grant.option]}${left} (skill ${visible(grant.skillId)}, ${moment(grant.grantedAt)})`,
  );
}
