import { failure, type Result, success } from '../../result.ts';
import {
  MAX_BRACE_DEPTH,
  MAX_COMPONENT_BYTES,
  MAX_DEPTH,
  MAX_PATTERN_ALTERNATIVES,
  MAX_PATTERN_BYTES,
} from '../limits.ts';
import { utf8 } from './bytes.ts';
import { literalBytes, minimumBytes } from './component-size.ts';
import type { CodePointRange, Component, Element, PathPattern } from './pattern.ts';

export type PatternErrorCode =
  | 'not-absolute'
  | 'empty-component'
  | 'dot-component'
  | 'bad-double-star'
  | 'bad-class'
  | 'bad-brace'
  | 'bad-escape'
  | 'bad-character'
  | 'extended-glob'
  | 'too-long'
  | 'too-deep'
  | 'too-many-alternatives';

export type PatternError = { code: PatternErrorCode; message: string; remedy: string };

/** What the reader yields: an element, a slash, or `**`, which may stand inside braces until these are expanded. */
type Token =
  | Exclude<Element, { kind: 'choice' }>
  | { kind: 'slash' }
  | { kind: 'any-depth' }
  | { kind: 'choice'; alternatives: Token[][] };

class PatternSyntaxError extends Error {
  readonly problem: PatternError;
  constructor(problem: PatternError) {
    super(problem.message);
    this.problem = problem;
  }
}

function refuse(code: PatternErrorCode, message: string, remedy: string): never {
  throw new PatternSyntaxError({ code, message, remedy });
}

/**
 * Reads an absolute pattern: literal names, `?`, `*`, `[a-z]`, `[!a]`, `{a,b}` and `\` before a special character within
 * a component, `**` as a whole component. Every name of the pattern is UTF-8. Braces around slashes give several patterns.
 */
export function parsePattern(text: string): Result<readonly PathPattern[], PatternError> {
  try {
    return success(parse(text));
  } catch (error) {
    if (error instanceof PatternSyntaxError) return failure(error.problem);
    throw error;
  }
}

/** Puts a backslash before what a pattern would read as special, for names that come from the machine. */
export function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]{}(]/g, '\\$&');
}

function parse(text: string): PathPattern[] {
  if (!text.isWellFormed() || text.includes('\0')) {
    refuse('bad-character', 'a path cannot hold NUL or half of a surrogate pair', 'remove the character');
  }
  if (utf8(text).length > MAX_PATTERN_BYTES) {
    refuse('too-long', `the pattern has more than ${MAX_PATTERN_BYTES} bytes`, 'shorten it or split it');
  }
  if (!text.startsWith('/')) refuse('not-absolute', 'the path does not start with “/”', 'write the whole path');
  const reader = new PatternReader([...text.slice(1)]);
  const tokens = reader.readSequence(0);
  const patterns = expand(tokens).map(toComponents);
  if (text.endsWith('/') && text !== '/') {
    refuse('empty-component', 'the path ends in “/”', 'write “/**” at the end for a directory and all below it');
  }
  for (const pattern of patterns) check(pattern);
  return patterns;
}

class PatternReader {
  readonly characters: readonly string[];
  position = 0;

  constructor(characters: readonly string[]) {
    this.characters = characters;
  }

  /** Up to the end, or inside braces up to the `,` or `}` that ends the alternative. */
  readSequence(depth: number): Token[] {
    const tokens: Token[] = [];
    let literal = '';
    const flush = () => {
      if (literal !== '') tokens.push({ kind: 'bytes', bytes: utf8(literal) });
      literal = '';
    };
    while (this.position < this.characters.length) {
      const character = this.characters[this.position] as string;
      if (depth > 0 && (character === ',' || character === '}')) break;
      this.refuseExtendedGlob(character);
      if (character === '\\') {
        literal += this.readEscaped();
        continue;
      }
      const token = this.readSpecial(character, depth);
      if (token === null) {
        literal += character;
        this.position += 1;
        continue;
      }
      flush();
      tokens.push(token);
    }
    flush();
    return tokens;
  }

  private readSpecial(character: string, depth: number): Token | null {
    switch (character) {
      case '/':
        this.position += 1;
        return { kind: 'slash' };
      case '?':
        this.position += 1;
        return { kind: 'characters', negated: true, ranges: [] };
      case '*':
        return this.readStars();
      case '[':
        return this.readClass();
      case '{':
        return this.readBraces(depth);
      case ']':
      case '}':
        return refuse(
          character === ']' ? 'bad-class' : 'bad-brace',
          `“${character}” closes nothing`,
          `write “\\${character}” for the character itself`,
        );
      default:
        return null;
    }
  }

  private refuseExtendedGlob(character: string): void {
    if (!'?*+@!'.includes(character) || this.characters[this.position + 1] !== '(') return;
    const form = `${character}(…)`;
    refuse('extended-glob', `“${form}” is not supported`, 'use {a,b}, or write “\\(” for the character itself');
  }

  private readEscaped(): string {
    const character = this.characters[this.position + 1];
    if (character === undefined || character === '/') {
      return refuse('bad-escape', '“\\” stands before nothing it could escape', 'write “\\\\” for a backslash');
    }
    this.position += 2;
    return character;
  }

  private readStars(): Token {
    let count = 0;
    while (this.characters[this.position] === '*') {
      count += 1;
      this.position += 1;
    }
    if (count > 2) refuse('bad-double-star', 'more than two “*” in a row', 'write “*” or “**”');
    return count === 2 ? { kind: 'any-depth' } : { kind: 'run' };
  }

  private readClass(): Token {
    this.position += 1;
    const negated = this.characters[this.position] === '!' || this.characters[this.position] === '^';
    if (negated) this.position += 1;
    const ranges: CodePointRange[] = [];
    while (this.characters[this.position] !== ']') {
      const first = this.readClassMember();
      const isRange = this.characters[this.position] === '-' && this.characters[this.position + 1] !== ']';
      if (!isRange) {
        ranges.push({ first, last: first });
        continue;
      }
      this.position += 1;
      const last = this.readClassMember();
      if (last < first) refuse('bad-class', 'a range in “[…]” runs backwards', 'write the lower character first');
      ranges.push({ first, last });
    }
    this.position += 1;
    if (ranges.length === 0) refuse('bad-class', '“[]” is empty', 'name a character, or write “\\[” for the bracket');
    return { kind: 'characters', negated, ranges: mergeRanges(ranges) };
  }

  private readClassMember(): number {
    const character = this.characters[this.position];
    if (character === undefined || character === '/') {
      return refuse('bad-class', '“[” is not closed', 'add “]”, or write “\\[” for the character itself');
    }
    if (character === '\\') return this.readEscaped().codePointAt(0) as number;
    if (character === '[' && ':.='.includes(this.characters[this.position + 1] ?? ' ')) {
      return refuse('bad-class', 'named classes such as [:alpha:] are not supported', 'write the range, e.g. [a-zA-Z]');
    }
    this.position += 1;
    return character.codePointAt(0) as number;
  }

  private readBraces(depth: number): Token {
    if (depth >= MAX_BRACE_DEPTH) refuse('bad-brace', `braces are more than ${MAX_BRACE_DEPTH} deep`, 'split the rule');
    this.position += 1;
    const alternatives: Token[][] = [];
    for (;;) {
      alternatives.push(this.readSequence(depth + 1));
      const end = this.characters[this.position];
      this.position += 1;
      if (end === '}') break;
      if (end === undefined)
        refuse('bad-brace', '“{” is not closed', 'add “}”, or write “\\{” for the character itself');
    }
    if (alternatives.length < 2) {
      refuse('bad-brace', 'braces need at least two alternatives', 'write {a,b}, or “\\{” for the character itself');
    }
    return { kind: 'choice', alternatives };
  }
}

function mergeRanges(ranges: CodePointRange[]): CodePointRange[] {
  const merged: CodePointRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous !== undefined && range.first <= previous.last + 1) previous.last = Math.max(previous.last, range.last);
    else merged.push({ ...range });
  }
  return merged;
}

function crossesComponents(tokens: readonly Token[]): boolean {
  return tokens.some(
    (token) =>
      token.kind === 'slash' ||
      token.kind === 'any-depth' ||
      (token.kind === 'choice' && token.alternatives.some(crossesComponents)),
  );
}

/** Multiplies out the braces that hold a slash or `**`; others stay, as the byte automaton takes them whole. */
function expand(tokens: readonly Token[]): Token[][] {
  let sequences: Token[][] = [[]];
  for (const token of tokens) {
    const isExpanded = token.kind === 'choice' && token.alternatives.some(crossesComponents);
    const alternatives = isExpanded ? token.alternatives.flatMap(expand) : [[token]];
    if (sequences.length * alternatives.length > MAX_PATTERN_ALTERNATIVES) {
      refuse(
        'too-many-alternatives',
        `braces with “/” stand for more than ${MAX_PATTERN_ALTERNATIVES} paths`,
        'write fewer alternatives or several rules',
      );
    }
    sequences = sequences.flatMap((sequence) => alternatives.map((alternative) => [...sequence, ...alternative]));
  }
  return sequences;
}

function toComponents(tokens: readonly Token[]): Component[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'slash') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  if (parts.length === 1 && parts[0]?.length === 0) return [];
  return parts.map(toComponent);
}

function toComponent(tokens: readonly Token[]): Component {
  if (tokens.length === 0) {
    refuse('empty-component', 'a name between two “/” is empty', 'write each “/” once, and none at the end');
  }
  if (tokens.length === 1 && tokens[0]?.kind === 'any-depth') return { kind: 'any-depth' };
  return { kind: 'name', elements: tokens.map(toElement) };
}

function toElement(token: Token): Element {
  switch (token.kind) {
    case 'slash':
      throw new Error('a slash inside a component');
    case 'any-depth':
      return refuse(
        'bad-double-star',
        '“**” stands beside other characters',
        'write “**” alone between slashes, or “*”',
      );
    case 'choice':
      return { kind: 'choice', alternatives: token.alternatives.map((alternative) => alternative.map(toElement)) };
    default:
      return token;
  }
}

function check(pattern: PathPattern): void {
  const names = pattern.filter((component) => component.kind === 'name');
  if (names.length > MAX_DEPTH) {
    refuse('too-deep', `the path has more than ${MAX_DEPTH} components`, 'deeper objects are always refused');
  }
  for (const name of names) {
    if (minimumBytes(name.elements) > MAX_COMPONENT_BYTES) {
      refuse('too-long', `a name has more than ${MAX_COMPONENT_BYTES} bytes`, 'no file has such a name');
    }
    const literal = literalBytes(name.elements);
    if (literal !== null && literal.length <= 2 && literal.every((byte) => byte === 0x2e)) {
      refuse('dot-component', '“.” and “..” cannot be names in a rule', 'write the path they lead to');
    }
  }
}
