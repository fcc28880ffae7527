import { broadGrants } from './breadth.ts';
import { LOCALHOST, parseEgress } from './egress.ts';
import { pointerTo } from './pointer.ts';
import { type ManifestWarning, type Places, placed } from './problem.ts';
import { KNOWN_FIELDS, type Manifest } from './schema.ts';

/** What a person should know about a manifest that is well formed. */
export function findWarnings(manifest: Manifest, places: Places): ManifestWarning[] {
  const found = [...unknownFields(manifest), ...broad(manifest), ...addresses(manifest)];
  return found.map((warning) => placed(warning, places));
}

function unknownFields(manifest: Manifest): ManifestWarning[] {
  return Object.keys(manifest)
    .filter((name) => !KNOWN_FIELDS.has(name))
    .map((name) => ({
      code: 'unknown-field',
      message: `${pointerTo('', name)} is not a field this version knows: it has no effect`,
      remedy: 'Check its spelling. List it in "critical" if the manifest must not be used without it.',
      pointer: pointerTo('', name),
    }));
}

function broad(manifest: Manifest): ManifestWarning[] {
  return broadGrants(manifest).map(({ pointer, text }) => ({
    code: 'broad-grant',
    message: `${pointer} grants ${text}, which is nearly everything`,
    remedy: 'Name only what the skill needs.',
    pointer,
  }));
}

function addresses({ permissions }: Manifest): ManifestWarning[] {
  return [
    ...(permissions.network?.via === 'proxy' ? [] : names('permissions.network.egress', permissions.network?.egress)),
    ...names('permissions.require_approval.network.egress', permissions.require_approval?.network?.egress),
  ];
}

/** `localhost` is no name that has to be resolved. */
function names(list: string, entries: readonly string[] | undefined): ManifestWarning[] {
  return (entries ?? []).flatMap((text, index) => {
    const parsed = parseEgress(text);
    if (!parsed.ok || parsed.value.kind === 'address') return [];
    const name = parsed.value.kind === 'name' ? parsed.value.name : parsed.value.symbol;
    if (name === LOCALHOST) return [];
    const pointer = pointerTo(list, index);
    return [
      {
        code: 'name-not-enforced' as const,
        message: `${pointer} names the host ${name}: this version resolves no names, so it has no effect`,
        remedy: 'Name the address as well, such as 192.0.2.10:443, if the skill must reach it today.',
        pointer,
      },
    ];
  });
}
