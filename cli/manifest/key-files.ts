import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeTrustedKeys,
  type KeyFile,
  type ManifestWarning,
  parsePublicKey,
  parseRevocations,
  parseSecretKey,
  type Revocation,
  type SecretKey,
  type TrustedKey,
} from '../../core/manifest/index.ts';
import { failure } from '../../core/result.ts';
import { CommandError, cannot } from './command-error.ts';
import { defaultSecretKeyPath, publicKeyPathBeside, revokedKeysDirectory, type Surroundings } from './surroundings.ts';

/** Reads a secret key; refuses one that others could read, as ssh does. */
export function readSecretKey(path: string): SecretKey {
  const text = readKeyText(path, 'Make one: ringfence manifest keygen');
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new CommandError(
      `others can read the secret key ${path} (mode ${mode.toString(8)})`,
      `Run: chmod 600 ${path}`,
    );
  }
  const key = parseSecretKey(text);
  if (!key.ok) throw new CommandError(`${path}: ${key.error.message}`, key.error.remedy);
  return key.value;
}

/** The keys named on the command line, and no others. */
export function readNamedKeys(paths: readonly string[]): TrustedKey[] {
  return paths.map((path) => {
    const key = parsePublicKey(readKeyText(path, 'Name a .pub file.'));
    if (!key.ok) throw new CommandError(`${path}: ${key.error.message}`, key.error.remedy);
    return { ...key.value, source: path };
  });
}

export type KeyRing = {
  readonly keys: readonly TrustedKey[];
  readonly warnings: readonly ManifestWarning[];
  readonly ownKeyPath: string;
};

/** The keys the guard trusts, and the person's own publisher key for their drafts. */
export function readTrustedKeys({ home, trustedKeysDirectory, trustedOwner }: Surroundings): KeyRing {
  const ownKeyPath = publicKeyPathBeside(defaultSecretKeyPath(home));
  const warnings: ManifestWarning[] = [];
  const files: KeyFile[] = [];
  for (const name of listFiles(trustedKeysDirectory, '.pub')) {
    const file = join(trustedKeysDirectory, name);
    const reason = whyNotTrusted(file, trustedOwner);
    if (reason === null) files.push({ name: file, text: readKeyText(file, 'Make it readable.') });
    else warnings.push(skipped(file, reason));
  }
  const own = readIfThere(ownKeyPath);
  const { keys, errors } = decodeTrustedKeys(own === null ? files : [...files, { name: ownKeyPath, text: own }]);
  const told = errors.filter(({ code, file }) => code !== 'same-key' || file !== ownKeyPath);
  return { keys, warnings: [...warnings, ...told.map(({ file, message }) => skipped(file, message))], ownKeyPath };
}

/** What root has said of keys that count no more. A list that cannot be believed or read stops the command. */
export function readRevocations(surroundings: Surroundings): Revocation[] {
  const directory = revokedKeysDirectory(surroundings);
  return listFiles(directory, '.revoked').flatMap((name) => {
    const file = join(directory, name);
    const reason = whyNotTrusted(file, surroundings.trustedOwner);
    const parsed = reason === null ? parseRevocations(readKeyText(file, 'Make it readable.')) : failure(reason);
    if (parsed.ok) return parsed.value;
    throw new CommandError(
      `which keys are revoked is not known: ${file}: ${parsed.error}`,
      'Have root correct the list.',
    );
  });
}

function listFiles(directory: string, ending: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(ending))
      .sort();
  } catch {
    return [];
  }
}

function whyNotTrusted(path: string, owner: number): string | null {
  const stat = statSync(path);
  if (!stat.isFile()) return 'it is not a regular file';
  if (stat.uid !== owner) return 'it does not belong to root';
  return (stat.mode & 0o022) === 0 ? null : 'others than root can write it';
}

function skipped(file: string, reason: string): ManifestWarning {
  const remedy = 'Correct the file, or remove it.';
  return { code: 'skipped-key', message: `the key file ${file} is passed over: ${reason}`, remedy };
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function readKeyText(path: string, remedy: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw cannot(`read the key ${path}`, thrown, remedy);
  }
}
