import { parseDraft } from '../../../core/manifest/parse.ts';
import type { ManifestError, ManifestWarning } from '../../../core/manifest/problem.ts';
import type { Manifest } from '../../../core/manifest/schema.ts';
import { text } from '../../text/en.ts';
import { type Draft, draftText } from './draft.ts';
import { LIMIT_NAMES, type LimitName, limitOf } from './limits.ts';
import { LIST_NAMES, listPointer } from './permission-lists.ts';

export type DraftProblem = Pick<ManifestError | ManifestWarning, 'message' | 'remedy'> & { readonly refused: boolean };

/** What is wrong with the draft, and what should be known of it, by the place in the text; '' is the whole. */
export type DraftProblems = ReadonlyMap<string, readonly DraftProblem[]>;

/** Judges a draft as the helper will. What the form cannot show stands under ''. */
export function problemsOf(base: Manifest, draft: Draft): DraftProblems {
  const parsed = parseDraft(new TextEncoder().encode(draftText(base, draft)));
  const found = parsed.ok
    ? parsed.warnings.map((warning) => ({ ...warning, refused: false }))
    : [parsed.error, ...(parsed.error.more ?? [])].map((error) => ({ ...error, refused: true }));
  const problems = new Map<string, DraftProblem[]>();
  for (const one of found) {
    const place = placeOf(one.pointer ?? '');
    problems.set(place, [...(problems.get(place) ?? []), { ...inWords(one, place), refused: one.refused }]);
  }
  // What is no number never gets into the text that was judged.
  for (const name of LIMIT_NAMES) {
    const written = draft.limits[name];
    if (limitOf(written) !== undefined) continue;
    problems.set(limitPlace(name), [
      { message: text.editor.noNumber(written.trim()), remedy: text.editor.noNumberRemedy, refused: true },
    ]);
  }
  return problems;
}

export function limitPlace(name: LimitName): string {
  return `limits.${name}`;
}

/** The field that shows it; '' when none does. What is wrong inside of an entry stands with the entry. */
function placeOf(pointer: string): string {
  if (pointer === 'version' || LIMIT_NAMES.some((name) => pointer === limitPlace(name))) return pointer;
  for (const list of LIST_NAMES.map(listPointer)) {
    if (!pointer.startsWith(list)) continue;
    const rest = pointer.slice(list.length);
    const index = /^\[\d+\]/.exec(rest)?.[0];
    if (index !== undefined) return `${list}${index}`;
    if (rest === '') return list;
  }
  return '';
}

type Found = Pick<ManifestError | ManifestWarning, 'code' | 'message' | 'remedy' | 'pointer'>;

function inWords({ code, message, remedy, pointer = '' }: Found, place: string): Pick<Found, 'message' | 'remedy'> {
  if (place === '') return { message, remedy };
  if (code === 'broad-without-flag') return { message: text.editor.broad, remedy: text.editor.broadRefused };
  if (code === 'broad-grant') return { message: text.editor.broad, remedy: text.editor.broadRemedy };
  return { message: withoutPlace(message, pointer), remedy };
}

/** The field stands beside the message, so its name need not. */
function withoutPlace(message: string, pointer: string): string {
  const beginning = [`${pointer}: `, `${pointer} `].find((each) => message.startsWith(each));
  if (beginning === undefined) return message;
  const rest = message.slice(beginning.length);
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}

/** Whether it could be signed as it is. */
export function isSignable(problems: DraftProblems): boolean {
  return ![...problems.values()].some((list) => list.some(({ refused }) => refused));
}
