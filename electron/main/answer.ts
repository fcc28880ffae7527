/** Answers to questions: `deny` is passed on as it is, everything else only on the person's own hand. */
import type { HelperClient } from '../../client/index.ts';
import type { ApprovalId, ApprovalRequest } from '../../core/protocol/approval.ts';
import type { DesktopError, DesktopState } from '../../core/protocol/desktop.ts';
import { failure, success } from '../../core/result.ts';
import { askHelper } from './ask-helper.ts';
import type { Caller, CallOutcome, CallParams } from './bridge.ts';
import type { Consent, ConsentRefusal } from './consent.ts';
import { questionTitle } from './question-title.ts';

export interface AnswerParts {
  readonly state: () => DesktopState;
  readonly client: () => HelperClient | null;
  readonly consent: Consent;
  readonly prompt: { readonly isVisible: boolean; name(title: string): void };
  readonly now: () => number;
}

const REFUSALS: Readonly<Record<ConsentRefusal, DesktopError>> = {
  'not-shown': {
    code: 'not-shown',
    message: 'this question is not the one on screen',
    remedy: 'Open the prompt and look at the question first.',
  },
  'not-armed': {
    code: 'not-armed',
    message: 'the question has only just appeared',
    remedy: 'Read it, then allow it.',
  },
  'no-hand': {
    code: 'no-hand',
    message: 'nobody has held Allow or typed the letters',
    remedy: 'Hold Allow with the pointer, or type the two letters and press Ctrl+Enter.',
  },
};

export async function answerCall(
  parts: AnswerParts,
  { id, option }: CallParams<'answer'>,
  { kind }: Pick<Caller, 'kind'>,
): Promise<CallOutcome<'answer'>> {
  if (option !== 'deny') {
    const missing = missingForAllow(parts, id, kind);
    if (missing !== null) return failure(missing);
    const offered = questionOf(parts, id)?.options.includes(option) ?? false;
    if (!offered) return failure({ code: 'not-offered', message: 'this answer is not offered for this question' });
  }
  const decided = await askHelper(parts.client(), 'approvals.decide', { id, option });
  return decided.ok ? success({ outcome: decided.value.outcome }) : decided;
}

/** What stands against any answer but `deny`, or null; then the consent is used up. */
function missingForAllow(parts: AnswerParts, id: ApprovalId, kind: Caller['kind']): DesktopError | null {
  const { answering } = parts.state();
  if (answering.state === 'view-only') return { code: 'view-only', message: answering.reason };
  if (kind !== 'prompt' || !parts.prompt.isVisible) return REFUSALS['not-shown'];
  const taken = parts.consent.take(id, parts.now());
  return taken === 'given' ? null : REFUSALS[taken];
}

/** The page says that a question is on screen: from now on the person's hand counts for this one alone. */
export function shownCall(
  parts: AnswerParts,
  { id }: CallParams<'prompt.shown'>,
  { kind }: Pick<Caller, 'kind'>,
): CallOutcome<'prompt.shown'> {
  const question = questionOf(parts, id);
  if (question === undefined) return failure({ code: 'too-late', message: 'this question is over' });
  if (kind !== 'prompt' || !parts.prompt.isVisible) return failure(REFUSALS['not-shown']);
  parts.prompt.name(questionTitle(question));
  return success(parts.consent.show(id, parts.now()));
}

function questionOf({ state }: AnswerParts, id: ApprovalId): ApprovalRequest | undefined {
  return state().approvals.find((each) => each.id === id);
}
