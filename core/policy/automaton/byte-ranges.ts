import type { CodePointRange } from '../pattern/pattern.ts';

/** Both ends included. */
export type ByteRange = { low: number; high: number };

/** For each length of a character in bytes: the lead byte's fixed bits and the values that need this length. */
const FORMS = [
  { continuations: 0, lead: 0x00, shortest: 0x0, largest: 0x7f },
  { continuations: 1, lead: 0xc0, shortest: 0x80, largest: 0x7ff },
  { continuations: 2, lead: 0xe0, shortest: 0x800, largest: 0xffff },
  { continuations: 3, lead: 0xf0, shortest: 0x10000, largest: 0x1fffff },
] as const;

/** Every byte a name can hold: not NUL, not `/`. */
export const NAME_BYTES: readonly ByteRange[] = [
  { low: 0x01, high: 0x2e },
  { low: 0x30, high: 0xff },
];

/**
 * The byte sequences of the characters in (or, negated, not in) the ranges, in the form of UTF-8 (RFC 3629); negation is
 * within all sequences of that form, overlong ones included. `ranges` are sorted and disjoint.
 */
export function byteSequences(negated: boolean, ranges: readonly CodePointRange[]): ByteRange[][] {
  return FORMS.flatMap((form) => {
    const inForm = ranges
      .map(({ first, last }) => ({ first: Math.max(first, form.shortest), last: Math.min(last, form.largest) }))
      .filter(({ first, last }) => first <= last);
    const values = negated ? complement(inForm, form.largest) : inForm;
    return values.flatMap(({ first, last }) =>
      split(first, last, form.continuations).map(([lead, ...rest]) => [
        { low: (lead as ByteRange).low + form.lead, high: (lead as ByteRange).high + form.lead },
        ...rest.map(({ low, high }) => ({ low: low + 0x80, high: high + 0x80 })),
      ]),
    );
  });
}

function complement(ranges: readonly CodePointRange[], largest: number): CodePointRange[] {
  const gaps: CodePointRange[] = [];
  let first = 0;
  for (const range of ranges) {
    if (first < range.first) gaps.push({ first, last: range.first - 1 });
    first = range.last + 1;
  }
  if (first <= largest) gaps.push({ first, last: largest });
  return gaps;
}

/** Values as sequences of ranges of base-64 digits, the lead first. */
function split(first: number, last: number, continuations: number): ByteRange[][] {
  if (continuations === 0) return [{ low: first, high: last }].map((digit) => [digit]);
  const unit = 64 ** continuations;
  const low = Math.floor(first / unit);
  const high = Math.floor(last / unit);
  const below = (digits: ByteRange, from: number, to: number) =>
    split(from, to, continuations - 1).map((rest) => [digits, ...rest]);
  if (low === high) return below({ low, high }, first % unit, last % unit);
  const sequences: ByteRange[][] = [];
  const startsInside = first % unit !== 0;
  const endsInside = last % unit !== unit - 1;
  if (startsInside) sequences.push(...below({ low, high: low }, first % unit, unit - 1));
  const middle = { low: startsInside ? low + 1 : low, high: endsInside ? high - 1 : high };
  if (middle.low <= middle.high) sequences.push(...below(middle, 0, unit - 1));
  if (endsInside) sequences.push(...below({ low: high, high }, 0, last % unit));
  return sequences;
}
