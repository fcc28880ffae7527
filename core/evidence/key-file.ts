import { failure, type Result, success } from '../result.ts';
import type { PublicKey, SecretKey } from './ed25519.ts';
import { decodeBase64 } from './note.ts';

/** Key files are one line: algorithm, base64 of 32 bytes, a name. */
export type KeyFileError = { readonly code: 'malformed-key'; readonly message: string };

const PUBLIC_KEY = /^ringfence-ed25519 ([A-Za-z0-9+/]{43}=) (\S+)\n?$/;
const SECRET_KEY = /^ringfence-ed25519-secret ([A-Za-z0-9+/]{43}=) (\S+)\n?$/;

export function formatPublicKey(key: PublicKey, name: string): string {
  return `ringfence-ed25519 ${key.toBase64()} ${name}\n`;
}

export function formatSecretKey(seed: SecretKey, name: string): string {
  return `ringfence-ed25519-secret ${seed.toBase64()} ${name}\n`;
}

export function parsePublicKey(text: string): Result<PublicKey, KeyFileError> {
  return parseKey(text, PUBLIC_KEY, 'ringfence-ed25519 <base64> <name>');
}

export function parseSecretKey(text: string): Result<SecretKey, KeyFileError> {
  return parseKey(text, SECRET_KEY, 'ringfence-ed25519-secret <base64> <name>');
}

function parseKey(text: string, form: RegExp, shape: string): Result<Uint8Array, KeyFileError> {
  const parts = form.exec(text);
  const bytes = parts === null ? null : decodeBase64(parts[1]!);
  return bytes === null
    ? failure({ code: 'malformed-key', message: `A key file is one line: ${shape}.` })
    : success(bytes);
}
