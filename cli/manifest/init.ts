import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  checkEntries,
  type Draft,
  draftManifest,
  formatManifest,
  MANIFEST_NAME,
  parseManifest,
} from '../../core/manifest/index.ts';
import { visible } from '../terminal/visible.ts';
import { CommandError, cannot, complainAbout, type ExitCode } from './command-error.ts';
import { createFile } from './manifest-file.ts';
import { programToGrant } from './program-to-grant.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { readSkillTexts } from './skill-texts.ts';
import type { Surroundings } from './surroundings.ts';

export type InitOptions = { readonly json?: boolean; readonly agent?: string };

/** Writes a draft manifest for the skill in a folder, and says line by line what it grants and why. */
export function initManifest(directory: string, { json }: InitOptions, surroundings: Surroundings): ExitCode {
  const folder = resolve(directory);
  const path = join(directory, MANIFEST_NAME);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(`${directory} is not a directory`, "Name the skill's folder: ringfence manifest init DIR");
  }
  if (existsSync(path)) throw new CommandError(`${path} exists already`, 'Edit it, or remove it first.');
  const entries = scanSkillFolder(folder);
  const problems = checkEntries(entries);
  const draft = draftManifest({
    folderName: basename(folder),
    skillText: readSkillText(folder),
    entries,
    texts: problems.length > 0 ? [] : readSkillTexts(folder, entries),
    findProgram: (name) => programToGrant(name, surroundings.home, process.env),
  });
  const text = formatManifest(draft.manifest);
  const readBack = parseManifest(new TextEncoder().encode(text));
  const refusals = [...problems, ...(readBack.ok ? [] : [readBack.error, ...(readBack.error.more ?? [])])];
  if (refusals.length > 0) {
    complainAbout(refusals, path, surroundings);
    return 1;
  }
  try {
    createFile(path, text, 0o644);
  } catch (thrown) {
    throw cannot(`write ${path}`, thrown, 'Nothing was written.');
  }
  if (json === true) surroundings.print(JSON.stringify({ file: path, ...draft }, null, 2));
  else reportDraft(path, draft, surroundings);
  return 0;
}

/** Line by line what a draft grants and leaves to a person. */
export function reportDraft(
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

function readSkillText(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'SKILL.md'), 'utf8');
  } catch {
    return null;
  }
}
