import type { BindContext } from '../policy/policy-from-manifest.ts';

/** Places that lie apart, for looking at a manifest where no session is: what a symbol stands for then covers nothing else. */
export const NOMINAL_CONTEXT: BindContext = {
  home: '/home/user',
  workspace: '/workspace',
  skill: '/skill',
  tmpdir: '/tmpdir',
};

/** A path of the nominal places with its symbol put back, as a manifest would have it. */
export function withSymbols(path: string, context: BindContext): string {
  const places: [string, string | null][] = [
    ['$WORKSPACE', context.workspace],
    ['$SKILL', context.skill],
    ['$TMPDIR', context.tmpdir],
    ['~', context.home],
  ];
  for (const [symbol, place] of places) {
    if (place === null || place === '/') continue;
    if (path === place) return symbol;
    if (path.startsWith(`${place}/`)) return symbol + path.slice(place.length);
  }
  return path;
}
