/** Words in colour where there is a terminal that wants it; plain otherwise. */
export type Paint = {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
};

const sgr = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const plain = (text: string) => text;

export const PLAIN: Paint = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };
const COLOURED: Paint = { good: sgr(32), bad: sgr(31), warn: sgr(33), faint: sgr(2), strong: sgr(1) };

/** Colour on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says otherwise. */
export function paintFor(isTerminal: boolean, env: NodeJS.ProcessEnv): Paint {
  const wanted = isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return wanted ? COLOURED : PLAIN;
}
