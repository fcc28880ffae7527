import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  MANIFEST_NAME,
  type Manifest,
  type Permissions,
  parseSecretKey,
  signManifest,
} from '../../core/manifest/index.ts';

/** What a test's skill is: its own document, what it asks for, and how far it may go. */
export type Skill = {
  id: string;
  version: string;
  document: string;
  permissions: Permissions;
  limits?: Manifest['limits'];
};

/**
 * Writes the folder of a skill: SKILL.md and the manifest, signed with the publisher's key in `keyFile`.
 * Everything belongs to `owner`. Returns the manifest's path. Throws if the key cannot be read.
 */
export function writeSkill(folder: string, skill: Skill, keyFile: string, owner: number): string {
  const key = parseSecretKey(readFileSync(keyFile, 'utf8'));
  if (!key.ok) throw new Error(`${keyFile}: ${key.error.message}`);
  const manifest: Manifest = {
    skill_id: skill.id,
    version: skill.version,
    permissions: skill.permissions,
    ...(skill.limits === undefined ? {} : { limits: skill.limits }),
    hashes: { 'SKILL.md': `sha256:${createHash('sha256').update(skill.document).digest('hex')}` },
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, MANIFEST_NAME);
  writeFileSync(join(folder, 'SKILL.md'), skill.document);
  writeFileSync(path, signManifest(manifest, key.value.secretKey, key.value.name));
  for (const each of [folder, join(folder, 'SKILL.md'), path]) chownSync(each, owner, owner);
  return path;
}
