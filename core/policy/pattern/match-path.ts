import { matchComponent } from './match-component.ts';
import type { PathPattern } from './pattern.ts';

/** Whether the pattern matches the path of these names. `a/**` matches `a` itself. */
export function matchPath(pattern: PathPattern, path: readonly Uint8Array[]): boolean {
  let positions = skipAnyDepth(pattern, new Set([0]));
  for (const name of path) {
    positions = positionsAfter(pattern, positions, name);
    if (positions.size === 0) return false;
  }
  return positions.has(pattern.length);
}

/** Where in the pattern one may stand after one more name, standing at any of `positions` before. */
export function positionsAfter(
  pattern: PathPattern,
  positions: ReadonlySet<number>,
  name: Uint8Array,
): ReadonlySet<number> {
  const after = new Set<number>();
  for (const position of positions) {
    const component = pattern[position];
    if (component === undefined) continue;
    if (component.kind === 'any-depth') after.add(position);
    else if (matchComponent(component.elements, name)) after.add(position + 1);
  }
  return skipAnyDepth(pattern, after);
}

/** Adds the position after each `**`, which may stand for nothing. */
export function skipAnyDepth(pattern: PathPattern, positions: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(positions);
  for (const position of all) if (pattern[position]?.kind === 'any-depth') all.add(position + 1);
  return all;
}
