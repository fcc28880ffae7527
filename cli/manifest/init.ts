import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  checkEntries,
  draftManifest,
  formatManifest,
  MANIFEST_NAME,
  parseManifest,
} from '../../core/manifest/index.ts';
import { CommandError, cannot, complainAbout, type ExitCode } from './command-error.ts';
import { createFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import type { Surroundings } from './surroundings.ts';

/** Writes a draft manifest for the skill in a folder: its name and files, and no permission. */
export function initManifest(directory: string, surroundings: Surroundings): ExitCode {
  const { print } = surroundings;
  const folder = resolve(directory);
  const path = join(directory, MANIFEST_NAME);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(`${directory} is not a directory`, "Name the skill's folder: ringfence manifest init DIR");
  }
  if (existsSync(path)) throw new CommandError(`${path} exists already`, 'Edit it, or remove it first.');
  const entries = scanSkillFolder(folder);
  const problems = checkEntries(entries);
  const { manifest, notes } = draftManifest({
    folderName: basename(folder),
    skillText: readSkillText(folder),
    entries,
  });
  const text = formatManifest(manifest);
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
  const count = Object.keys(manifest.hashes).length;
  print(
    `wrote ${path}: ${manifest.skill_id} ${manifest.version}, ${count} ${count === 1 ? 'file' : 'files'}, no permissions`,
  );
  for (const note of notes) print(`  note: ${note}`);
  print(`Next: write what the skill may do into "permissions", then run: ringfence manifest sign ${path}`);
  return 0;
}

function readSkillText(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'SKILL.md'), 'utf8');
  } catch {
    return null;
  }
}
