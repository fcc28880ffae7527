/**
 * A pattern's leading names without wildcards, as a path, and what follows them, still a pattern. Of `/usr/bin/*` that is
 * `/usr/bin` and the pattern `/*`.
 */
export function fixedBeginning(pattern: string): { path: string; rest: string } {
  const names = pattern.split('/').slice(1);
  const wild = names.findIndex((name) => /[*?[\]{}]/.test(name.replace(/\\./g, '')));
  const fixed = wild === -1 ? names : names.slice(0, wild);
  const rest = wild === -1 ? [] : names.slice(wild);
  return {
    path: `/${fixed.map((name) => name.replace(/\\(.)/g, '$1')).join('/')}`,
    rest: rest.map((name) => `/${name}`).join(''),
  };
}
