import { Dice } from '../conformance/dice.ts';
import { instanceOf } from '../conformance/instance.ts';

/** A path for each kind of glob among the first few, which all of them and the whole list match. */
export function matchedByFirst(globs: readonly string[], few: number): { kind: string; path: string }[] {
  const kinds = new Map<string, string>();
  for (const glob of globs.slice(0, few)) {
    const kind = kindOf(glob);
    const names = instanceOf(glob, new Dice([1, 2, 0, 1, 2]));
    if (!kinds.has(kind) && names !== null) kinds.set(kind, names.map((name) => `/${name}`).join(''));
  }
  return [...kinds].map(([kind, path]) => ({ kind, path }));
}

function kindOf(glob: string): string {
  if (glob.endsWith('/**')) return 'a tree';
  if (glob.includes('**')) return '** inside';
  if (glob.includes('[')) return 'a class';
  return /[*?{]/.test(glob) ? 'a wildcard within a name' : 'a name';
}
