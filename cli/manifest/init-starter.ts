import { checkEntries, formatManifest, hashesOf } from '../../core/manifest/index.ts';
import { shippedStarters } from '../shipped-starters.ts';
import { CommandError, complainAbout, type ExitCode } from './command-error.ts';
import { placeForManifest, writeNew } from './draft-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import type { Surroundings } from './surroundings.ts';

/** Writes a starter into a folder, with the hashes of what lies there, to be changed and signed. */
export function initStarter(id: string, directory: string, surroundings: Surroundings, json = false): ExitCode {
  const found = shippedStarters();
  if (!found.ok) throw new CommandError(found.error, 'Install Ringfence again.');
  const starter = found.value.find((one) => one.id === id || one.agents.includes(id));
  if (starter === undefined) {
    const known = found.value.map((one) => one.id).join(', ');
    throw new CommandError(`there is no starter ${id}`, `There are ${known}.`);
  }
  const { folder, path } = placeForManifest(directory, `Make it: mkdir ${directory}`);
  const entries = scanSkillFolder(folder);
  const problems = checkEntries(entries);
  if (problems.length > 0) {
    complainAbout(problems, path, surroundings);
    return 1;
  }
  const manifest = { ...starter.manifest, hashes: hashesOf(entries) };
  writeNew(path, formatManifest(manifest));
  if (json) surroundings.print(JSON.stringify({ file: path, manifest }, null, 2));
  else {
    surroundings.print(`wrote ${path}: the starter ${starter.id} ${manifest.version}`);
    surroundings.print(`Next: look at what it grants (ringfence manifest explain ${path}), change it, then run:`);
    surroundings.print(`  ringfence manifest sign ${path}`);
  }
  return 0;
}
