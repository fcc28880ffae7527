import { join } from 'node:path';
import {
  DETACHED_NAME,
  formatManifest,
  layOut,
  type Manifest,
  makeCoSignature,
  parseDetached,
  parseManifest,
  parsePublicKey,
  type Signature,
  type TrustedKey,
  verifyManifest,
} from '../../core/manifest/index.ts';
import { CommandError, complainAbout, type ExitCode } from './command-error.ts';
import { readRevocations, readTrustedKeys } from './key-files.ts';
import { type ManifestFile, readDetachedFile, readManifestFile, replaceFile } from './manifest-file.ts';
import { readSigner, type SignOptions } from './sign.ts';
import { scanSkillFolder } from './skill-folder.ts';
import { nowOf, type Surroundings } from './surroundings.ts';

/** Adds one's own signature to a manifest that is signed and sound; the signature that is there stays as it is. */
export function coSignFile(given: string, options: SignOptions, surroundings: Surroundings): ExitCode {
  const { print, complain } = surroundings;
  if (options.detached === true || options.publishKey === true || (options.coSigner ?? []).length > 0) {
    throw new CommandError('--co-sign changes nothing but the co-signatures', 'Leave the other options to the signer.');
  }
  const { key, signedBy } = readSigner(options, surroundings);
  const file = readManifestFile(given);
  const detached = readDetachedFile(file.folder);
  const { keys } = readTrustedKeys(surroundings);
  const verified = verifyManifest({
    ...{ bytes: file.bytes, manifestName: file.name, entries: scanSkillFolder(file.folder), detached },
    keys: [...keys, ...broughtAlong(file.bytes)],
    revocations: readRevocations(surroundings),
    now: nowOf(surroundings),
  });
  // the first of several that are needed comes while the others are missing
  const refusals = verified.ok ? [] : verified.refusals.filter(({ code }) => code !== 'missing-co-signature');
  const { manifest } = verified;
  if (manifest === null || refusals.length > 0) {
    complainAbout(refusals, file.path, surroundings);
    return 1;
  }
  if ([manifest.signature, ...(manifest.signatures ?? [])].some((one) => one?.key_id === key.keyId)) {
    throw new CommandError(`${file.path} is signed with the key ${key.keyId} already`, 'Nothing is to be done.');
  }
  write(file, detached, manifest, makeCoSignature(manifest, key.secretKey, signedBy));
  const signer = manifest.signature?.signed_by ?? '';
  print(`co-signed ${file.path} as ${signedBy} with the key ${key.keyId}; the signature of ${signer} stays as it was`);
  if (verified.ok && !keys.some((one) => one.keyId === verified.signer.keyId)) {
    complain(`warning: the key of ${signer} is not trusted here, it was taken from the manifest itself`);
  }
  return 0;
}

function write(file: ManifestFile, detached: Uint8Array | null, whole: Manifest, coSignature: Signature): void {
  const signatures = [...(whole.signatures ?? []), coSignature];
  if (detached === null) {
    replaceFile(file.path, formatManifest({ ...whole, signatures }));
    return;
  }
  const parsed = parseDetached(detached);
  if (!parsed.ok) throw new TypeError('a detached signature that was verified cannot be read');
  replaceFile(join(file.folder, DETACHED_NAME), layOut({ signature: parsed.value.signature, signatures }));
}

function broughtAlong(bytes: Uint8Array): TrustedKey[] {
  const parsed = parseManifest(bytes);
  return (parsed.ok ? (parsed.value.publisher?.keys ?? []) : []).flatMap((line) => {
    const key = parsePublicKey(line);
    return key.ok ? [{ ...key.value, source: 'the manifest itself' }] : [];
  });
}
