import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkEntries, draftManifest } from '../../core/manifest/index.ts';
import type { ExitCode } from './command-error.ts';
import { placeForManifest, writeDraft } from './draft-file.ts';
import { programToGrant } from './program-to-grant.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { readSkillTexts } from './skill-texts.ts';
import type { Surroundings } from './surroundings.ts';

export type InitOptions = { readonly json?: boolean; readonly agent?: string };

/** Writes a draft manifest for the skill in a folder, and says line by line what it grants and why. */
export function initManifest(directory: string, { json }: InitOptions, surroundings: Surroundings): ExitCode {
  const { folder, path } = placeForManifest(directory, "Name the skill's folder: ringfence manifest init DIR");
  const entries = scanSkillFolder(folder);
  const problems = checkEntries(entries);
  const draft = draftManifest({
    folderName: basename(folder),
    skillText: readSkillText(folder),
    entries,
    texts: problems.length > 0 ? [] : readSkillTexts(folder, entries),
    findProgram: (name) => programToGrant(name, surroundings.home, process.env),
  });
  return writeDraft(path, draft, { problems, json: json === true }, surroundings);
}

function readSkillText(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'SKILL.md'), 'utf8');
  } catch {
    return null;
  }
}
