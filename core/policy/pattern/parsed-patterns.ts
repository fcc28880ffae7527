import { parsePattern } from './parse-pattern.ts';
import type { PathPattern } from './pattern.ts';

const MAX_REMEMBERED = 65_536;
const remembered = new Map<string, readonly PathPattern[]>();

/** The patterns a text stands for, read once. Throws on malformed text: to be used where it was checked before. */
export function parsedPatterns(text: string): readonly PathPattern[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parsed = parsePattern(text);
  if (!parsed.ok) throw new Error(`“${text}”: ${parsed.error.message}`);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, parsed.value);
  return parsed.value;
}
