import type { DesktopState } from '../../../core/protocol/desktop.ts';
import { text } from '../../text/en.ts';

export type Ended = DesktopState['ended'][number];

/** How a question ended, and what that means for the call. */
export function endingWords({ request, outcome }: Ended): { readonly outcome: string; readonly meaning: string } {
  const meaning =
    outcome === 'allowed' && request.status.state === 'refused' ? text.allowedRefused : text.outcomeMeans[outcome];
  return { outcome: `${text.outcomes[outcome]}.`, meaning };
}
