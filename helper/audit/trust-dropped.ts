/** The record that says who changed what a bound skill stands on. */
import type { Call } from '../../core/policy/vocabulary.ts';

/** Kind of that record. */
export const TRUST_DROPPED = 'skill.trust-dropped';

const DONE: Readonly<Partial<Record<Call, string>>> = {
  open: 'was opened for writing',
  rename: 'was moved or replaced',
  unlink: 'was removed',
  link: 'was given a second name',
  truncate: 'was cut',
  chmod: 'was given another mode',
  chown: 'was given another owner',
  xattr: 'was given other attributes',
};

/** One sentence; `path`: null when it is not known. */
export function changeInWords(call: Call, path: string | null, by: string): string {
  return `${path ?? 'a file of the skill'} ${DONE[call] ?? 'was changed'} by ${by} after the skill was bound`;
}
