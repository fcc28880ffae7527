import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkEntries,
  checkKeyName,
  checkSkillPath,
  DETACHED_NAME,
  describeProblem,
  formatPublicKey,
  hashesOf,
  type Manifest,
  type Problem,
  parseManifest,
  parsePublicKey,
  type SecretKey,
  signDetached,
  signManifest,
} from '../../core/manifest/index.ts';
import { CommandError, complainAbout, type ExitCode } from './command-error.ts';
import { readNamedKeys, readSecretKey } from './key-files.ts';
import { type ManifestFile, readDetachedFile, readManifestFile, replaceFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { defaultSecretKeyPath, nowOf, type Surroundings } from './surroundings.ts';

export type SignOptions = {
  readonly key?: string;
  readonly name?: string;
  readonly detached?: boolean;
  readonly publishKey?: boolean;
  readonly coSigner?: readonly string[];
  readonly coSign?: boolean;
};

/** Hashes the skill's folder anew and signs the manifest in place, or beside it. */
export function signFile(given: string, options: SignOptions, surroundings: Surroundings): ExitCode {
  const { print, complain } = surroundings;
  const { key, signedBy } = readSigner(options, surroundings);
  const coSigners = readNamedKeys(options.coSigner ?? []).map(({ keyId }) => keyId);
  const file = readManifestFile(given);
  const parsed = parseManifest(file.bytes);
  if (!parsed.ok) {
    complainAbout([parsed.error, ...(parsed.error.more ?? [])], file.path, surroundings);
    return 1;
  }
  refuseSecondSignature(file, options);
  const entries = scanSkillFolder(file.folder);
  const hashes = hashesOf(entries, file.name);
  const problems = [...checkEntries(entries), ...checkNames(Object.keys(hashes))];
  if (problems.length > 0) {
    complainAbout(problems, file.path, surroundings);
    return 1;
  }
  const created = new Date(nowOf(surroundings)).toISOString();
  const manifest = { ...withOwnKey(parsed.value, key, options), created, hashes };
  write(file, manifest, key, signedBy, coSigners, options);
  print(`signed ${file.path} as ${signedBy} with the key ${key.keyId}`);
  print(`  files: ${describeChanges(parsed.value.hashes, hashes)}`);
  for (const warning of parsed.warnings) complain(`warning: ${describeProblem(warning, file.path)}`);
  return 0;
}

/** Who signs, and what they call themself. */
export function readSigner(
  options: SignOptions,
  surroundings: Surroundings,
): { readonly key: SecretKey; readonly signedBy: string } {
  const key = readSecretKey(options.key ?? defaultSecretKeyPath(surroundings.home));
  const signedBy = options.name ?? key.name;
  const badName = checkKeyName(signedBy);
  if (badName !== null) throw new CommandError(badName, 'Give a plain one: --name NAME');
  return { key, signedBy };
}

function refuseSecondSignature(file: ManifestFile, { detached }: SignOptions): void {
  if (detached === true || readDetachedFile(file.folder) === null) return;
  const message = `${DETACHED_NAME} lies beside ${file.path}: only one signature can count`;
  throw new CommandError(message, `Remove ${DETACHED_NAME}, or renew it: ringfence manifest sign --detached`);
}

function withOwnKey(manifest: Manifest, key: SecretKey, { publishKey }: SignOptions): Manifest {
  if (publishKey !== true) return manifest;
  const keys = manifest.publisher?.keys ?? [];
  const isThere = keys.some((line) => {
    const known = parsePublicKey(line);
    return known.ok && known.value.keyId === key.keyId;
  });
  const own = isThere ? keys : [...keys, formatPublicKey(key).trimEnd()];
  return { ...manifest, publisher: { ...manifest.publisher, keys: own } };
}

function write(
  file: ManifestFile,
  manifest: Manifest,
  key: SecretKey,
  signedBy: string,
  coSigners: readonly string[],
  options: SignOptions,
): void {
  if (options.detached !== true) {
    replaceFile(file.path, signManifest(manifest, key.secretKey, signedBy, { coSigners }));
    return;
  }
  const { manifest: text, detached } = signDetached(manifest, key.secretKey, signedBy, { coSigners });
  // between the two writes nothing is signed: never a new text under an old signature
  rmSync(join(file.folder, DETACHED_NAME), { force: true });
  replaceFile(file.path, text);
  replaceFile(join(file.folder, DETACHED_NAME), detached);
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
