import {
  type CoSigner,
  describeProblem,
  type ManifestWarning,
  partOf,
  type VerifiedManifest,
  verifyManifest,
} from '../../core/manifest/index.ts';
import { visible } from '../terminal/visible.ts';
import { complainAbout, type ExitCode } from './command-error.ts';
import { type KeyRing, readNamedKeys, readRevocations, readTrustedKeys } from './key-files.ts';
import { type ManifestFile, readDetachedFile, readManifestFile } from './manifest-file.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { nowOf, type Surroundings } from './surroundings.ts';

export type VerifyOptions = { readonly key: readonly string[]; readonly json?: boolean };

/** Text, signature and files of a skill: exit 0 when all hold, 1 when anything is refused. */
export function verifyFile(given: string, options: VerifyOptions, surroundings: Surroundings): ExitCode {
  const file = readManifestFile(given);
  const ring = ringFor(options, surroundings);
  const entries = scanSkillFolder(file.folder);
  const verified = verifyManifest({
    ...{ bytes: file.bytes, keys: ring.keys, entries, manifestName: file.name },
    detached: readDetachedFile(file.folder),
    revocations: readRevocations(surroundings),
    now: nowOf(surroundings),
  });
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
      remedy: `Run: ringfence keys add ${ring.ownKeyPath}`,
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
    const { manifest, signer, coSigners } = verified;
    print(`${file.path}: valid`);
    print(`  skill      ${manifest.skill_id} ${manifest.version}`);
    print(`  signed by  ${signer.keyName} (key ${signer.keyId}, from ${signer.keySource ?? 'memory'})`);
    for (const one of coSigners) print(`  co-signed  ${describeCoSigner(one)}`);
    if (manifest.expires !== undefined) print(`  expires    ${manifest.expires}`);
    print(`  files      ${Object.keys(manifest.hashes).length}, all as they were signed`);
  } else {
    const count = verified.refusals.length;
    print(`${file.path}: refused for ${count} ${count === 1 ? 'reason' : 'reasons'}`);
    complainAbout(verified.refusals, file.path, surroundings);
  }
  for (const warning of warnings) complain(`warning: ${describeProblem(warning, file.path)}`);
}

function describeCoSigner(one: CoSigner): string {
  if (one.state === 'valid') return `by ${one.keyName} (key ${one.keyId}, from ${one.keySource ?? 'memory'})`;
  return `by someone unknown here, who says to be ${visible(one.signedBy)} (key ${one.keyId})`;
}

function asJson(file: ManifestFile, verified: VerifiedManifest, warnings: readonly ManifestWarning[]) {
  return {
    file: file.path,
    valid: verified.ok,
    skill_id: verified.manifest?.skill_id ?? null,
    version: verified.manifest?.version ?? null,
    created: verified.manifest?.created ?? null,
    expires: verified.manifest?.expires ?? null,
    signer: verified.ok ? verified.signer : null,
    coSigners: verified.ok ? verified.coSigners : [],
    refusals: verified.ok ? [] : verified.refusals.map((refusal) => ({ ...refusal, part: partOf(refusal.code) })),
    warnings,
  };
}
