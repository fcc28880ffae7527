/** Both ends included; U+0000 to U+10FFFF. */
export type CodePointRange = { first: number; last: number };

/**
 * A piece of a component.
 *
 * `characters` takes one character in the form of UTF-8: a byte below 0x80, or a lead byte and the continuation bytes it
 * announces. `?` is the negation of nothing. A stray byte is no character: only `run` (`*`) takes it.
 */
export type Element =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'run' }
  | { kind: 'characters'; negated: boolean; ranges: readonly CodePointRange[] }
  | { kind: 'choice'; alternatives: readonly (readonly Element[])[] };

/** `any-depth` is `**`: zero or more components. */
export type Component = { kind: 'any-depth' } | { kind: 'name'; elements: readonly Element[] };

/** The components below `/`. A pattern with braces around slashes is several of these. */
export type PathPattern = readonly Component[];
