/** Which hosts a session reaches through the proxy: by name, exactly as its manifest writes them. */
import { LOCALHOST, type Manifest, parseDeny, parseEgress } from '../manifest/index.ts';

export type ProxiedName = {
  /** Lower case; with a leading `*.` every name below it, and not itself. */
  readonly name: string;
  readonly ports: { readonly low: number; readonly high: number };
  /** A deny wins. */
  readonly effect: 'allow' | 'block';
};

/** Null when the manifest does not want names to be reached through the proxy. A name for UDP alone is none. */
export function proxiedNames(
  { permissions: { network } }: Manifest,
  symbols: Readonly<Record<string, string | undefined>> = {},
): ProxiedName[] | null {
  if (network?.via !== 'proxy') return null;
  const denied = (network.deny ?? []).flatMap((text) => {
    const parsed = parseDeny(text);
    return parsed.ok && 'name' in parsed.value && parsed.value.protocol !== 'udp' ? [parsed.value] : [];
  });
  const wanted = (network.egress ?? []).flatMap((text) => symbols[text]?.split(' ') ?? [text]);
  const granted = wanted.flatMap((text) => {
    const parsed = parseEgress(text);
    if (!parsed.ok || parsed.value.kind !== 'name' || parsed.value.name === LOCALHOST) return [];
    return parsed.value.protocol === 'udp' ? [] : [parsed.value];
  });
  return [
    ...granted.map(({ name, ports }) => ({ name, ports, effect: 'allow' as const })),
    ...denied.map(({ name, ports }) => ({ name, ports, effect: 'block' as const })),
  ];
}

/** Whether one of the names covers the host, which is lower case and without a dot at its end. */
export function reaches(names: readonly ProxiedName[], host: string, port: number): boolean {
  const speaking = names.filter(({ name, ports }) => {
    const fits = name.startsWith('*.') ? host.endsWith(name.slice(1)) && host.length > name.length - 1 : host === name;
    return fits && port >= ports.low && port <= ports.high;
  });
  return speaking.length > 0 && speaking.every(({ effect }) => effect === 'allow');
}
