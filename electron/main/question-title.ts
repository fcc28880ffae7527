/** A question in one line, for the frame of the prompt's window. Main writes it from the helper's words: no page can change it. */
import type { ApprovalRequest } from '../../core/protocol/approval.ts';
import { visible } from '../../core/text/visible.ts';

const LONGEST = 120;

export function questionTitle({ skillId, operations, path, address, port }: ApprovalRequest): string {
  const object = path ?? (address === null ? 'something' : `${address}${port === null ? '' : `:${port}`}`);
  return `${ending(skillId, 40)} asks: ${operations.join(', ')} ${ending(object, LONGEST)} — Ringfence`;
}

/** The end of a long text counts more than its beginning. */
function ending(text: string, longest: number): string {
  // several blanks in a row push out of sight what follows
  const shown = visible(text).replaceAll('  ', ' \\u{20}');
  return shown.length <= longest ? shown : `…${shown.slice(1 - longest)}`;
}
