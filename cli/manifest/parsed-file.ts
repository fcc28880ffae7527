import { type Manifest, type Places, parseManifest } from '../../core/manifest/index.ts';
import { complainAbout } from './command-error.ts';
import { type ManifestFile, readManifestFile } from './manifest-file.ts';
import type { Surroundings } from './surroundings.ts';

export type ParsedFile = { readonly file: ManifestFile; readonly manifest: Manifest; readonly places: Places };

/** The manifest at a path; null after saying why it cannot be read as one. */
export function readParsed(given: string, surroundings: Surroundings): ParsedFile | null {
  const file = readManifestFile(given);
  const parsed = parseManifest(file.bytes);
  if (parsed.ok) return { file, manifest: parsed.value, places: parsed.places };
  complainAbout([parsed.error, ...(parsed.error.more ?? [])], file.path, surroundings);
  return null;
}
