import { finiteNames } from './automaton/finite-names.ts';
import { MAX_LITERAL_ALTERNATIVES } from './limits.ts';
import { display, keyBytes } from './pattern/bytes.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import type { PathPattern } from './pattern/pattern.ts';

/** The paths that a pattern of lists such as `/usr/{bin,sbin}/{a,b}` names one by one; none when it has a wildcard, or names too many. */
export function listedPaths(pattern: string): string[] {
  const parsed = parsePattern(pattern);
  return parsed.ok ? parsed.value.flatMap(listed) : [];
}

function listed(pattern: PathPattern): string[] {
  let paths = [''];
  for (const component of pattern) {
    const names = component.kind === 'name' ? finiteNames(component.elements, MAX_LITERAL_ALTERNATIVES) : null;
    if (names === null || paths.length * names.length > MAX_LITERAL_ALTERNATIVES) return [];
    paths = paths.flatMap((path) => names.map((name) => `${path}/${display(keyBytes(name))}`));
  }
  return paths;
}
