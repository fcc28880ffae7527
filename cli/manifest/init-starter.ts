import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkEntries, formatManifest, hashesOf, MANIFEST_NAME } from '../../core/manifest/index.ts';
import { shippedStarters } from '../shipped-starters.ts';
import { visible } from '../terminal/visible.ts';
import { CommandError, cannot, complainAbout, type ExitCode } from './command-error.ts';
import { createFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import type { Surroundings } from './surroundings.ts';

/** Writes a starter into a folder, with the hashes of what lies there, to be changed and signed. */
export function initStarter(id: string, directory: string, surroundings: Surroundings, json = false): ExitCode {
  const folder = resolve(directory);
  const path = join(directory, MANIFEST_NAME);
  const found = shippedStarters();
  if (!found.ok) throw new CommandError(found.error, 'Install Ringfence again.');
  const starter = found.value.find((one) => one.id === id || one.agents.includes(id));
  if (starter === undefined) {
    const known = found.value.map((one) => one.id).join(', ');
    throw new CommandError(`there is no starter ${visible(id)}`, `There are ${known}.`);
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new CommandError(`${directory} is not a directory`, `Make it: mkdir ${directory}`);
  }
  if (existsSync(path)) throw new CommandError(`${path} exists already`, 'Edit it, or remove it first.');
  const entries = scanSkillFolder(folder);
  const problems = checkEntries(entries);
  if (problems.length > 0) {
    complainAbout(problems, path, surroundings);
    return 1;
  }
  const manifest = { ...starter.manifest, hashes: hashesOf(entries) };
  try {
    createFile(path, formatManifest(manifest), 0o644);
  } catch (thrown) {
    throw cannot(`write ${path}`, thrown, 'Nothing was written.');
  }
  if (json) surroundings.print(JSON.stringify({ file: path, manifest }, null, 2));
  else {
    surroundings.print(`wrote ${path}: the starter ${starter.id} ${manifest.version}`);
    surroundings.print(`Next: look at what it grants (ringfence manifest explain ${path}), change it, then run:`);
    surroundings.print(`  ringfence manifest sign ${path}`);
  }
  return 0;
}
