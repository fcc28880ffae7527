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
  /** Programs of its own, by name. */
  programs?: Readonly<Record<string, Uint8Array>>;
};

/**
 * Writes the folder of a skill: SKILL.md and the manifest, signed with the publisher's key in `keyFile`.
 * Everything belongs to `owner`. Returns the manifest's path. Throws if the key cannot be read.
 */
export function writeSkill(folder: string, skill: Skill, keyFile: string, owner: number): string {
  const key = parseSecretKey(readFileSync(keyFile, 'utf8'));
  if (!key.ok) throw new Error(`${keyFile}: ${key.error.message}`);
  const files: [string, string | Uint8Array][] = [
    ['SKILL.md', skill.document],
    ...Object.entries(skill.programs ?? {}),
  ];
  const manifest: Manifest = {
    skill_id: skill.id,
    version: skill.version,
    // the same version again is another issue, as `ringfence manifest sign` makes it
    created: new Date().toISOString(),
    permissions: skill.permissions,
    ...(skill.limits === undefined ? {} : { limits: skill.limits }),
    hashes: Object.fromEntries(files.map(([name, content]) => [name, `sha256:${hashOf(content)}`])),
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, MANIFEST_NAME);
  for (const [name, content] of files)
    writeFileSync(join(folder, name), content, { mode: name === 'SKILL.md' ? 0o644 : 0o755 });
  writeFileSync(path, signManifest(manifest, key.value.secretKey, key.value.name));
  for (const each of [folder, ...files.map(([name]) => join(folder, name)), path]) chownSync(each, owner, owner);
  return path;
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
