import { parseEgress } from './egress.ts';
import { pointerTo } from './pointer.ts';
import { type ManifestWarning, type Places, placed } from './problem.ts';
import { KNOWN_FIELDS, type Manifest } from './schema.ts';

/** What a person should know about a manifest that is well formed. */
export function findWarnings(manifest: Manifest, places: Places): ManifestWarning[] {
  const found = [...unknownFields(manifest), ...broadPaths(manifest), ...addresses(manifest)];
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

function broadPaths(manifest: Manifest): ManifestWarning[] {
  const { filesystem, exec } = manifest.permissions;
  const lists = [
    ['permissions.filesystem.read', filesystem?.read],
    ['permissions.filesystem.write', filesystem?.write],
    ['permissions.exec', exec],
  ] as const;
  return lists.flatMap(([pointer, paths]) =>
    (paths ?? []).flatMap((path, index) => (isBroad(path) ? [broad(pointerTo(pointer, index), path)] : [])),
  );
}

/** Everything below the root, below a home or below all homes. */
function isBroad(path: string): boolean {
  return /^(\/|~\/|\/home\/|\/home\/[^/]+\/|\/root\/)(\*\*?)(\/\*\*?)*$/.test(path);
}

function broad(pointer: string, text: string): ManifestWarning {
  const message = `${pointer} grants ${text}, which is nearly everything`;
  return { code: 'broad-grant', message, remedy: 'Name only what the skill needs.', pointer };
}

function addresses({ permissions }: Manifest): ManifestWarning[] {
  return [
    ...namesAndNets('permissions.network.egress', permissions.network?.egress),
    ...namesAndNets('permissions.require_approval.network.egress', permissions.require_approval?.network?.egress),
  ];
}

function namesAndNets(list: string, entries: readonly string[] | undefined): ManifestWarning[] {
  const asks = list.includes('require_approval');
  return (entries ?? []).flatMap((text, index) => {
    const pointer = pointerTo(list, index);
    const parsed = parseEgress(text);
    if (!parsed.ok) return [];
    if (parsed.value.kind === 'address') {
      return !asks && parsed.value.prefix.endsWith('/0') ? [broad(pointer, text)] : [];
    }
    return [
      {
        code: 'name-not-enforced' as const,
        message: `${pointer} names the host ${parsed.value.name}: this version resolves no names, so it has no effect`,
        remedy: 'Name the address as well, such as 192.0.2.10:443, if the skill must reach it today.',
        pointer,
      },
    ];
  });
}
