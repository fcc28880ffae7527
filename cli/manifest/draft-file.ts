import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Draft, formatManifest, MANIFEST_NAME, type Problem, parseManifest } from '../../core/manifest/index.ts';
import { visible } from '../terminal/visible.ts';
import { CommandError, cannot, complainAbout, type ExitCode } from './command-error.ts';
import { createFile } from './manifest-file.ts';
import type { Surroundings } from './surroundings.ts';

/** Where a new manifest goes. Throws a CommandError, with this remedy where there is no such folder, and when one is there. */
export function placeForManifest(directory: string, remedy: string): { folder: string; path: string } {
  const folder = resolve(directory);
  const path = join(directory, MANIFEST_NAME);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandError(`${directory} is not a directory`, remedy);
  if (existsSync(path)) throw new CommandError(`${path} exists already`, 'Edit it, or remove it first.');
  return { folder, path };
}

/** Writes a draft that can be read back, unless there are problems, and says line by line what it grants and why. */
export function writeDraft(
  path: string,
  draft: Draft,
  { problems, json }: { readonly problems: readonly Problem<string>[]; readonly json: boolean },
  surroundings: Surroundings,
): ExitCode {
  const text = formatManifest(draft.manifest);
  const readBack = parseManifest(new TextEncoder().encode(text));
  const refusals: Problem<string>[] = [
    ...problems,
    ...(readBack.ok ? [] : [readBack.error, ...(readBack.error.more ?? [])]),
  ];
  if (refusals.length > 0) {
    complainAbout(refusals, path, surroundings);
    return 1;
  }
  writeNew(path, text);
  if (json) surroundings.print(JSON.stringify({ file: path, ...draft }, null, 2));
  else reportDraft(path, draft, surroundings);
  return 0;
}

/** Throws a CommandError when it cannot be written. */
export function writeNew(path: string, text: string): void {
  try {
    createFile(path, text, 0o644);
  } catch (thrown) {
    throw cannot(`write ${path}`, thrown, 'Nothing was written.');
  }
}

/** Line by line what a draft grants and leaves to a person. */
function reportDraft(
  path: string,
  { manifest, granted, suggested, notes }: Draft,
  { print, complain }: Surroundings,
): void {
  const count = Object.keys(manifest.hashes).length;
  print(
    `wrote ${path}: ${visible(manifest.skill_id)} ${visible(manifest.version)}, ${count} ${count === 1 ? 'file' : 'files'}`,
  );
  for (const { list, entry, why } of granted) print(`  granted ${list}: ${visible(entry)} (${visible(why)})`);
  for (const { list, entry, why } of suggested)
    complain(`  # not granted, ${list}: ${visible(entry)} (${visible(why)})`);
  for (const note of notes) complain(`  # ${visible(note)}`);
  print(`Next: look at what it grants, add what is missing, then run: ringfence manifest sign ${path}`);
}
