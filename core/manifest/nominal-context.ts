import type { BindContext } from '../policy/bind-context.ts';
import type { Manifest } from './schema.ts';

/** Places that lie apart, for looking at a manifest where no session is: what a symbol stands for then covers nothing else. */
export const NOMINAL_CONTEXT: BindContext = {
  home: '/home/user',
  workspace: '/workspace',
  skill: '/skill',
  tmpdir: '/tmpdir',
  resolvers: ['127.0.0.53'],
};

/** Nobody’s: where a session’s own proxy would be. */
const NOMINAL_PROXY_PORT = 1;

/** A manifest as it is where it applies, and a session in which its programs have the content that it names. */
export function whereItApplies(manifest: Manifest, context: BindContext): { manifest: Manifest; context: BindContext } {
  const { applies_to: _, ...rest } = manifest;
  const programs = [
    ...(manifest.permissions.exec ?? []),
    ...(manifest.permissions.require_approval?.exec ?? []),
  ].flatMap((entry) =>
    typeof entry === 'string' ? [] : [{ ...entry, path: entry.path.replace(/^~(?=\/|$)/, context.home) }],
  );
  return { manifest: rest, context: { programs, proxyPort: NOMINAL_PROXY_PORT, ...context } };
}

/** A path of the context's places with its symbol put back, as a manifest would have it. */
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
