/** Which hosts a session reaches through the proxy: by name, exactly as its manifest writes them. */
import { LOCALHOST, type Manifest, parseEgress } from '../manifest/index.ts';

export type ProxiedName = {
  /** Lower case; with a leading `*.` every name below it, and not itself. */
  readonly name: string;
  readonly ports: { readonly low: number; readonly high: number };
};

/** Null when the manifest does not want names to be reached through the proxy. A name for UDP alone is none. */
export function proxiedNames(
  { permissions: { network } }: Manifest,
  symbols: Readonly<Record<string, string | undefined>> = {},
): ProxiedName[] | null {
  if (network?.via !== 'proxy') return null;
  return (network.egress ?? []).flatMap((text) => {
    const parsed = parseEgress(symbols[text] ?? text);
    if (!parsed.ok || parsed.value.kind !== 'name' || parsed.value.name === LOCALHOST) return [];
    const { name, ports, protocol } = parsed.value;
    return protocol === 'udp' ? [] : [{ name, ports }];
  });
}

/** Whether one of the names covers the host, which is lower case and without a dot at its end. */
export function reaches(names: readonly ProxiedName[], host: string, port: number): boolean {
  return names.some(({ name, ports }) => {
    const fits = name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name;
    return fits && port >= ports.low && port <= ports.high;
  });
}
