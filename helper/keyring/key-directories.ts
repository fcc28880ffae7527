/** Changes to the directories of trusted and revoked keys: each durable before it counts as done. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatPublicKey, formatRevocation, type PublicKey, type Revocation } from '../../core/manifest/index.ts';
import { syncDirectory, writeWhole } from '../audit/durable-file.ts';
import { directoryState } from './root-file.ts';

/** The file of a key that was added here: a name that tells it at a glance, and enough of its id to be its own. */
export function keyFileName({ name, keyId }: PublicKey): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return `${plain === '' ? 'key' : plain}-${digits(keyId)}.pub`;
}

/** Writes the one line that is this key; its text. */
export function writeTrustedKey(directory: string, key: PublicKey): { readonly path: string; readonly text: string } {
  const text = formatPublicKey(key);
  const path = join(directory, keyFileName(key));
  write(path, text);
  return { path, text };
}

export function writeRevocation(directory: string, revocation: Revocation): string {
  const path = join(directory, `${digits(revocation.keyId)}.revoked`);
  write(path, formatRevocation(revocation));
  return path;
}

export function removeKeyFiles(paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(path, { force: true });
    syncDirectory(dirname(path));
  }
}

function write(path: string, text: string): void {
  const directory = dirname(path);
  if (directoryState(directory) === 'missing') {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    syncDirectory(dirname(directory));
  }
  if (directoryState(directory) === 'unsafe') throw new Error(`${directory} can be changed by others than root`);
  writeWhole(path, text, 0o644);
  syncDirectory(directory);
}

function digits(keyId: string): string {
  return keyId.slice('sha256:'.length, 'sha256:'.length + 16);
}
