import { LOCALHOST, parseEgress } from './egress.ts';
import type { Manifest } from './schema.ts';

export type HostName = {
  readonly text: string;
  readonly pointer: string;
  /** Where the list stands, without the number. */
  readonly list: string;
  /** False where the list asks or refuses. */
  readonly grants: boolean;
};

/** Every host name and symbol among the addresses of a manifest, whatever list it stands in: what makes no rule by itself. */
export function hostNames(manifest: Manifest): HostName[] {
  return namesIn(manifest.permissions, 'permissions', '');
}

function namesIn(value: unknown, pointer: string, list: string): HostName[] {
  if (typeof value === 'string') {
    if (!/\.network\.egress$/.test(list)) return [];
    const parsed = parseEgress(value);
    const grants = !/require_approval|deny/.test(list);
    if (!parsed.ok || parsed.value.kind === 'address') return [];
    const isRule = parsed.value.kind === 'name' && parsed.value.name === LOCALHOST;
    return isRule ? [] : [{ text: value, pointer, list, grants }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => namesIn(item, `${pointer}[${index}]`, pointer));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => namesIn(member, `${pointer}.${name}`, pointer));
}
