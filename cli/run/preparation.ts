/** What a manifest needs to be known before its agent starts, as whoever starts it knows it. */
import { homedir } from 'node:os';
import { type EgressSymbol, parseManifest } from '../../core/manifest/index.ts';
import { egressSymbols } from './egress-symbols.ts';
import { passedEnvironment } from './environment.ts';
import { here } from './package-hosts.ts';
import { usersRegistry } from './users-registry.ts';

export type Preparation = {
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that are not passed on unless the manifest names them. */
  readonly steering: readonly string[];
  /** Absolute paths of the programs whose content it pins. */
  readonly programs: readonly string[];
  /** Its hosts are to be reached through a proxy. */
  readonly wantsProxy: boolean;
  /** Hosts with their ports, separated by spaces. */
  readonly symbols: Readonly<Partial<Record<EgressSymbol, string>>>;
  /** It may show notifications, and wants a bus for that. */
  readonly notifies: boolean;
};

/** A manifest that cannot be read needs nothing: the helper refuses it, with the reasons. */
export function prepare(manifest: Uint8Array): Preparation {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const parsed = parseManifest(manifest);
  if (!parsed.ok) return { environment, steering: [], programs: [], wantsProxy: false, symbols: {}, notifies: false };
  const { permissions } = parsed.value;
  const programs = [...(permissions.exec ?? []), ...(permissions.require_approval?.exec ?? [])].flatMap((program) =>
    typeof program === 'string' ? [] : [program.path.replace(/^~/, homedir())],
  );
  const passed = passedEnvironment(environment, permissions);
  const registry = usersRegistry(here(), process.cwd(), permissions.env?.deny ?? []);
  return {
    environment: { ...passed.environment, ...registry },
    steering: passed.steering,
    programs: [...new Set(programs)],
    wantsProxy: permissions.network?.via === 'proxy',
    symbols: egressSymbols(parsed.value),
    notifies: [permissions, permissions.require_approval].some((lists) =>
      lists?.unix_sockets?.connect?.includes('notifications'),
    ),
  };
}
