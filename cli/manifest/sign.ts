import {
  checkEntries,
  checkKeyName,
  checkSkillPath,
  describeProblem,
  hashesOf,
  type Manifest,
  type Problem,
  parseManifest,
  signManifest,
} from '../../core/manifest/index.ts';
import { CommandError, complainAbout, type ExitCode } from './command-error.ts';
import { readSecretKey } from './key-files.ts';
import { readManifestFile, replaceFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { defaultSecretKeyPath, type Surroundings } from './surroundings.ts';

export type SignOptions = { readonly key?: string; readonly name?: string };

/** Hashes the skill's folder anew and signs the manifest in place. */
export function signFile(given: string, options: SignOptions, surroundings: Surroundings): ExitCode {
  const { print, complain } = surroundings;
  const key = readSecretKey(options.key ?? defaultSecretKeyPath(surroundings.home));
  const signedBy = options.name ?? key.name;
  const badName = checkKeyName(signedBy);
  if (badName !== null) throw new CommandError(badName, 'Give a plain one: --name NAME');
  const file = readManifestFile(given);
  const parsed = parseManifest(file.bytes);
  if (!parsed.ok) {
    complainAbout([parsed.error, ...(parsed.error.more ?? [])], file.path, surroundings);
    return 1;
  }
  const entries = scanSkillFolder(file.folder);
  const hashes = hashesOf(entries, file.name);
  const problems = [...checkEntries(entries), ...checkNames(Object.keys(hashes))];
  if (problems.length > 0) {
    complainAbout(problems, file.path, surroundings);
    return 1;
  }
  replaceFile(file.path, signManifest({ ...parsed.value, hashes }, key.secretKey, signedBy));
  print(`signed ${file.path} as ${signedBy} with the key ${key.keyId}`);
  print(`  files: ${describeChanges(parsed.value.hashes, hashes)}`);
  for (const warning of parsed.warnings) complain(`warning: ${describeProblem(warning, file.path)}`);
  return 0;
}

function checkNames(paths: readonly string[]): Problem<string>[] {
  return paths.flatMap((path) => {
    const problem = checkSkillPath(path);
    return problem === null ? [] : [{ code: 'unsafe-path', ...problem }];
  });
}

function describeChanges(before: Manifest['hashes'], after: Manifest['hashes']): string {
  const old = new Map(Object.entries(before));
  const paths = Object.keys(after);
  const added = paths.filter((path) => !old.has(path)).length;
  const changed = paths.filter((path) => old.has(path) && old.get(path) !== after[path]).length;
  const removed = [...old.keys()].filter((path) => !Object.hasOwn(after, path)).length;
  return `${paths.length} hashed (${added} added, ${changed} changed, ${removed} removed)`;
}
