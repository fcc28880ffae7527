/** A question in one line, for the frame of the prompt's window. Main writes it from the helper's words: no page can change it. */
import type { ApprovalRequest } from '../../core/protocol/approval.ts';

const LONGEST = 120;
/** Controls, marks that turn the direction of text, and characters without width. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function questionTitle({ skillId, operations, path, address, port }: ApprovalRequest): string {
  const object = path ?? (address === null ? 'something' : `${address}${port === null ? '' : `:${port}`}`);
  return `${visible(skillId, 40)} asks: ${operations.join(', ')} ${visible(object, LONGEST)} — Ringfence`;
}

/** The end of a long text counts more than its beginning. */
function visible(text: string, longest: number): string {
  const shown = text.replace(INVISIBLE, '\u{fffd}');
  return shown.length <= longest ? shown : `…${shown.slice(1 - longest)}`;
}
