import { LOCALHOST, parseDeny, parseEgress } from './egress.ts';
import type { Manifest } from './schema.ts';

export type HostName = {
  readonly text: string;
  readonly pointer: string;
  /** Where the list stands, without the number. */
  readonly list: string;
  /** False where the list asks or refuses. */
  readonly grants: boolean;
};

/** Every host name and symbol among the addresses of a manifest, whatever list it stands in. */
export function hostNames(manifest: Manifest): HostName[] {
  return namesIn(manifest.permissions, 'permissions', '');
}

function namesIn(value: unknown, pointer: string, list: string): HostName[] {
  if (typeof value === 'string') {
    if (!/\.network\.(egress|deny)$/.test(list)) return [];
    const parsed = list.endsWith('.deny') ? parseDeny(value) : parseEgress(value);
    const grants = !/require_approval|deny/.test(list);
    if (!parsed.ok || 'prefix' in parsed.value || 'prefixes' in parsed.value) return [];
    const isAddress = 'name' in parsed.value && parsed.value.name === LOCALHOST;
    return isAddress ? [] : [{ text: value, pointer, list, grants }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => namesIn(item, `${pointer}[${index}]`, pointer));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => namesIn(member, `${pointer}.${name}`, pointer));
}
