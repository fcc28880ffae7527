/** What the symbols of a manifest's egress stand for, for whoever starts the agent. */
import { EGRESS_SYMBOLS, type EgressSymbol, type Manifest } from '../../core/manifest/index.ts';
import { here, npmHosts, pipHosts } from './package-hosts.ts';
import type { Setting } from './settings-file.ts';

/** Hosts with their ports, separated by spaces. */
type Symbols = Partial<Record<EgressSymbol, string>>;

const HOSTS: Readonly<Record<EgressSymbol, (at: Setting) => string[]>> = { '@npm': npmHosts, '@pypi': pipHosts };

/** Those that the manifest uses and that this machine knows. */
export function egressSymbols({ permissions }: Manifest, at: Setting = here()): Symbols {
  const entries = [...(permissions.network?.egress ?? []), ...(permissions.require_approval?.network?.egress ?? [])];
  const used = EGRESS_SYMBOLS.filter((known) => entries.includes(known));
  const found = used.map((symbol) => [symbol, HOSTS[symbol](at).join(' ')] as const);
  return Object.fromEntries(found.filter(([, hosts]) => hosts !== ''));
}
