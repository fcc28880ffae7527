/** Many globs, unlike each other, as data: the same seed gives the same ones. */
import type { Policy } from '../../core/policy/rule.ts';
import { policyOf } from '../../core/policy/testing/generated-policy.ts';

/** Directories of three levels, as many as there are combinations: 48 × 10 × 6. */
const TOP = 48;
const MIDDLE = 10;
const LOW = 6;

const WORDS =
  'alder birch cedar ebony fir gum hazel iris juniper larch maple oak pine quince rowan spruce teak willow'.split(' ');
const ENDINGS = ['c', 'h', 'ts', 'md', 'json', 'log', 'txt', 'png', 'lock', 'db'];

export type GlobFacts = {
  readonly globs: number;
  readonly directories: number;
  readonly withDoubleStarInside: number;
  readonly withClass: number;
  /** Of the longest beginning that more than half of them share, the names. */
  readonly sharedNames: number;
};

/** Mulberry32: enough to spread, and the same everywhere. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** So many distinct globs: a fifth with `**` inside, a tenth with a class, the rest names, `*`, `?`, braces and trees. */
export function makeGlobs(count: number, seed: number): string[] {
  const draw = numbersFrom(seed);
  const globs = new Set<string>();
  while (globs.size < count) globs.add(makeGlob(globs.size, draw));
  return [...globs];
}

function makeGlob(index: number, draw: (below: number) => number): string {
  const word = () => WORDS[draw(WORDS.length)] ?? '';
  const ending = () => ENDINGS[draw(ENDINGS.length)] ?? '';
  const directory = [TOP, MIDDLE, LOW].map((count) => `/${numbered(draw(count))}`).join('');
  switch (index % 10) {
    case 0:
      return `${directory}/**/${word()}${draw(1000)}.${ending()}`;
    case 1:
      return `${directory}/**/${word()}/*.${ending()}`;
    case 2:
      return `${directory}/${word()}[${'0-9 a-f x-z'.split(' ')[draw(3)]}]*.${ending()}`;
    case 3:
      return `${directory}/*.${ending()}`;
    case 4:
      return `${directory}/${word()}?.${ending()}`;
    case 5:
      return `${directory}/{${word()},${word()}}.${ending()}`;
    case 6:
      return `${directory}/${word()}${draw(100)}/**`;
    default:
      return `${directory}/${word()}${draw(1000)}.${ending()}`;
  }
}

function numbered(number: number): string {
  return `${WORDS[number % WORDS.length]}${number}`;
}

/** What the globs are like, counted from their text. */
export function factsOf(globs: readonly string[]): GlobFacts {
  const names = globs.map((glob) => glob.split('/').slice(1));
  return {
    globs: globs.length,
    directories: new Set(names.map((parts) => parts.slice(0, 3).join('/'))).size,
    withDoubleStarInside: names.filter((parts) => parts.slice(0, -1).includes('**')).length,
    withClass: globs.filter((glob) => glob.includes('[')).length,
    sharedNames: sharedByHalf(names),
  };
}

function sharedByHalf(names: readonly (readonly string[])[]): number {
  for (let length = 1; ; length += 1) {
    const counts = new Map<string, number>();
    for (const parts of names) {
      const beginning = parts.slice(0, length).join('/');
      counts.set(beginning, (counts.get(beginning) ?? 0) + 1);
    }
    if (Math.max(...counts.values()) <= names.length / 2) return length - 1;
  }
}

/** A policy that allows reading what they match, silently. */
export function policyWith(globs: readonly string[]): Policy {
  return policyOf(globs.map((pattern) => ({ effect: 'allow', operations: ['read'], pattern, silent: true })));
}
