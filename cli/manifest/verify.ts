import {
  describeProblem,
  type ManifestWarning,
  type VerifiedManifest,
  verifyManifest,
} from '../../core/manifest/index.ts';
import { complainAbout, type ExitCode } from './command-error.ts';
import { type KeyRing, readNamedKeys, readTrustedKeys } from './key-files.ts';
import { type ManifestFile, readManifestFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import type { Surroundings } from './surroundings.ts';

export type VerifyOptions = { readonly key: readonly string[]; readonly json?: boolean };

/** Text, signature and files of a skill: exit 0 when all hold, 1 when anything is refused. */
export function verifyFile(given: string, options: VerifyOptions, surroundings: Surroundings): ExitCode {
  const file = readManifestFile(given);
  const ring = ringFor(options, surroundings);
  const entries = scanSkillFolder(file.folder);
  const verified = verifyManifest({ bytes: file.bytes, keys: ring.keys, entries, manifestName: file.name });
  const warnings = [...ring.warnings, ...(verified.ok ? [...verified.warnings, ...ownKeyNote(verified, ring)] : [])];
  if (options.json === true) surroundings.print(JSON.stringify(asJson(file, verified, warnings), null, 2));
  else report(file, verified, warnings, surroundings);
  return verified.ok ? 0 : 1;
}

function ringFor({ key }: VerifyOptions, surroundings: Surroundings): KeyRing {
  if (key.length === 0) return readTrustedKeys(surroundings);
  return { keys: readNamedKeys(key), warnings: [], ownKeyPath: '' };
}

function ownKeyNote(verified: VerifiedManifest & { ok: true }, ring: KeyRing): ManifestWarning[] {
  if (verified.signer.keySource !== ring.ownKeyPath) return [];
  return [
    {
      code: 'untrusted-signer',
      message: 'this is your own publisher key: the guard accepts the manifest only once root trusts the key too',
      remedy: `Run: sudo install -D -m 644 ${ring.ownKeyPath} /etc/ringfence/trusted-keys.d/NAME.pub`,
    },
  ];
}

function report(
  file: ManifestFile,
  verified: VerifiedManifest,
  warnings: readonly ManifestWarning[],
  surroundings: Surroundings,
): void {
  const { print, complain } = surroundings;
  if (verified.ok) {
    const { manifest, signer } = verified;
    print(`${file.path}: valid`);
    print(`  skill      ${manifest.skill_id} ${manifest.version}`);
    print(`  signed by  ${signer.keyName} (key ${signer.keyId}, from ${signer.keySource ?? 'memory'})`);
    print(`  files      ${Object.keys(manifest.hashes).length}, all as they were signed`);
  } else {
    const count = verified.refusals.length;
    print(`${file.path}: refused for ${count} ${count === 1 ? 'reason' : 'reasons'}`);
    complainAbout(verified.refusals, file.path, surroundings);
  }
  for (const warning of warnings) complain(`warning: ${describeProblem(warning, file.path)}`);
}

function asJson(file: ManifestFile, verified: VerifiedManifest, warnings: readonly ManifestWarning[]) {
  return {
    file: file.path,
    valid: verified.ok,
    skill_id: verified.manifest?.skill_id ?? null,
    version: verified.manifest?.version ?? null,
    signer: verified.ok ? verified.signer : null,
    refusals: verified.ok ? [] : verified.refusals,
    warnings,
  };
}
