import { broadGrants } from './breadth.ts';
import { pointerTo } from './pointer.ts';
import { type ManifestWarning, type Places, placed } from './problem.ts';
import { KNOWN_FIELDS, type Manifest } from './schema.ts';

/** What a person should know about a manifest that is well formed. */
export function findWarnings(manifest: Manifest, places: Places): ManifestWarning[] {
  const found = [...unknownFields(manifest), ...broad(manifest)];
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
