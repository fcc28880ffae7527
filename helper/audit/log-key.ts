import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PublicKey, publicKeyOf, type SecretKey } from '../../core/evidence/ed25519.ts';
import { formatPublicKey, formatSecretKey, parseSecretKey } from '../../core/evidence/key-file.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { type AuditError, systemError } from './audit-error.ts';
import { syncDirectory, writeWhole } from './durable-file.ts';

export type LogKey = { readonly secretKey: SecretKey; readonly publicKey: PublicKey };

const NAME = 'ringfence-log';

/** The key that signs checkpoints: made on first use, root only. `log.pub` beside it is for people to take away. */
export function openLogKey(directory: string): Result<LogKey, AuditError> {
  const path = join(directory, 'log.key');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    if (!existsSync(path)) writeKey(directory, path);
    const secretKey = parseSecretKey(readFileSync(path, 'utf8'));
    if (!secretKey.ok) return unusable(path, secretKey.error.message);
    return success({ secretKey: secretKey.value, publicKey: publicKeyOf(secretKey.value) });
  } catch (problem) {
    return failure(systemError(problem, `The key of the audit log ${path} cannot be used`));
  }
}

function writeKey(directory: string, path: string): void {
  const secretKey = new Uint8Array(randomBytes(32));
  // The public half first: a crash in between leaves no secret key, and both are made again.
  writeWhole(join(directory, 'log.pub'), formatPublicKey(publicKeyOf(secretKey), NAME), 0o644);
  writeWhole(path, formatSecretKey(secretKey, NAME), 0o600);
  syncDirectory(directory);
}

function unusable(path: string, message: string): Result<never, AuditError> {
  const remedy =
    'Restore the file from a backup, or start a new log: the old one stays readable with its own public key.';
  return failure({ code: 'key-unusable', message: `${path}: ${message}`, remedy });
}
