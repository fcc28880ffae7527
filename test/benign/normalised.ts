/** What two runs of the same work may differ in. Everything else has to be the same byte by byte. */

export const NORMALISED_FILES: readonly { readonly file: RegExp; readonly why: string }[] = [
  { file: /\.git\/index$/, why: 'holds inode numbers and times; the case prints what is staged' },
  { file: /\.pyc$/, why: "holds the source's modification time" },
];

const NORMALISED_OUTPUT: readonly { readonly text: RegExp; readonly as: string; readonly why: string }[] = [
  {
    text: /\bin \d+(\.\d+)?(ms|m?s\b| ?seconds)/g,
    as: 'in a while',
    why: 'npm, pytest and unittest say how long they took',
  },
  { text: /\bin \d+\.\d+s\b/g, as: 'in a while', why: 'the same' },
  { text: /(duration_ms:?) [\d.]+/g, as: '$1', why: 'node --test says how long it took' },
];

export function normalised(output: string): string {
  return NORMALISED_OUTPUT.reduce((text, { text: pattern, as }) => text.replace(pattern, as), output);
}
