/** What the symbols of a manifest's egress stand for: asked of the tools themselves, as whoever starts the agent. */
import { execFileSync } from 'node:child_process';
import { EGRESS_SYMBOLS, type EgressSymbol, type Manifest } from '../../core/manifest/index.ts';

/** Prints the address that a tool fetches packages from. */
const ASK: Readonly<Record<EgressSymbol, readonly [string, ...string[]]>> = {
  '@npm': ['npm', 'config', 'get', 'registry'],
  '@pypi': ['pip', 'config', 'get', 'global.index-url'],
};
const PATIENCE_MS = 10_000;

type Symbols = Partial<Record<EgressSymbol, string>>;

/** Those that the manifest uses and that a tool of this machine knows. Nothing is asked for others. */
export function egressSymbols(
  { permissions }: Manifest,
  ask: (tool: readonly [string, ...string[]]) => string = run,
): Symbols {
  const entries = [...(permissions.network?.egress ?? []), ...(permissions.require_approval?.network?.egress ?? [])];
  const symbols: Symbols = {};
  for (const symbol of EGRESS_SYMBOLS.filter((known) => entries.includes(known))) {
    const host = hostOf(ask(ASK[symbol]));
    if (host !== null) symbols[symbol] = host;
  }
  return symbols;
}

/** `host:port` of a URL; null when it is none that can be reached. */
function hostOf(text: string): string | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const port = url?.port || (url?.protocol === 'https:' ? '443' : url?.protocol === 'http:' ? '80' : '');
  return url === null || port === '' || url.hostname === '' ? null : `${url.hostname}:${port}`;
}

/** What the tool prints; nothing when it is not there, or knows nothing. */
function run([tool, ...words]: readonly [string, ...string[]]): string {
  try {
    return execFileSync(tool, words, { encoding: 'utf8', timeout: PATIENCE_MS, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
