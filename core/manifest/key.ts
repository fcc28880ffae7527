import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Result } from '../result.ts';
import { failure, success } from '../result.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { findKeyWeakness, type KeyWeakness, publicKeyOf, randomSecretKey } from './ed25519.ts';
import { type ForeignKey, readForeignKey } from './foreign-key.ts';
import { findHiddenCharacter } from './hidden-character.ts';

const PUBLIC = 'ringfence-ed25519';
const SECRET = 'ringfence-ed25519-secret';

/** A publisher's key: 32 raw bytes, and the name its holder or the person who trusts it gave it. */
export type PublicKey = { readonly keyId: string; readonly name: string; readonly publicKey: Uint8Array };
/** A public key together with the file that says it is trusted. */
export type TrustedKey = PublicKey & { readonly source?: string };
/** `secretKey` is the 32-byte seed of RFC 8032. */
export type SecretKey = PublicKey & { readonly secretKey: Uint8Array };

export type KeyError = {
  readonly code: 'malformed-key' | 'weak-key' | 'secret-key' | 'same-key';
  readonly message: string;
  readonly remedy: string;
};

const WEAKNESS: Record<KeyWeakness, string> = {
  'not-canonical': 'it is not written in its canonical form',
  'not-on-curve': 'it is no point of the curve: a byte of it was changed',
  'small-order': 'it is a point of small order, under which anyone can sign',
  'mixed-order': 'it has a part of small order, which no honest key has',
};

/** `sha256:` of the raw public key: what trust is bound to, whatever names say. */
export function keyIdOf(publicKey: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(publicKey))}`;
}

export function generateKey(name: string): SecretKey {
  return secretKeyFrom(randomSecretKey(), name);
}

export function secretKeyFrom(secretKey: Uint8Array, name: string): SecretKey {
  const publicKey = publicKeyOf(secretKey);
  return { keyId: keyIdOf(publicKey), name, publicKey, secretKey };
}

/** One line `ringfence-ed25519 <base64> <name>`. */
export function formatPublicKey(key: { readonly publicKey: Uint8Array; readonly name: string }): string {
  return `${PUBLIC} ${encodeBase64(key.publicKey)} ${key.name}\n`;
}

/** One line `ringfence-ed25519-secret <base64 of the seed> <name>`. */
export function formatSecretKey(key: { readonly secretKey: Uint8Array; readonly name: string }): string {
  return `${SECRET} ${encodeBase64(key.secretKey)} ${key.name}\n`;
}

/**
 * A public key as Ringfence, OpenSSH or minisign writes it. Where its file says no name, it gets one from what it is.
 * Source: RFC 4253 section 6.6 and RFC 8709 (ssh-ed25519), the minisign manual (public keys).
 */
export function parsePublicKey(text: string): Result<PublicKey, KeyError> {
  if (text.startsWith(`${SECRET} `))
    return secretInPlace('Use the .pub file beside it, and keep this one to yourself.');
  const foreign = readForeignKey(text);
  if (foreign !== null) return fromForeign(foreign);
  const line = parseLine(text, PUBLIC, 'public');
  if (!line.ok) return line;
  return soundKey(line.value.bytes, line.value.name);
}

function secretInPlace(remedy: string): Result<never, KeyError> {
  return failure({ code: 'secret-key', message: 'this is a secret key, not a public one', remedy });
}

function fromForeign(foreign: ForeignKey): Result<PublicKey, KeyError> {
  if (foreign.kind === 'secret') return secretInPlace('Use its public half, and keep this one to yourself.');
  if (foreign.kind === 'refused') {
    return failure({ code: 'malformed-key', message: foreign.message, remedy: foreign.remedy });
  }
  const problem = checkKeyName(foreign.name);
  if (problem === null) return soundKey(foreign.publicKey, foreign.name);
  return failure({ code: 'malformed-key', message: problem, remedy: 'Write a plain name at the end of the line.' });
}

function soundKey(publicKey: Uint8Array, name: string): Result<PublicKey, KeyError> {
  const weakness = findKeyWeakness(publicKey);
  if (weakness !== null) return failure(weakKey(weakness));
  return success({ keyId: keyIdOf(publicKey), name, publicKey });
}

export function parseSecretKey(text: string): Result<SecretKey, KeyError> {
  if (text.startsWith(`${PUBLIC} `)) {
    const message = 'this is a public key: it cannot sign';
    return failure({ code: 'malformed-key', message, remedy: 'Use the .key file that keygen wrote beside it.' });
  }
  const line = parseLine(text, SECRET, 'secret');
  return line.ok ? success(secretKeyFrom(line.value.bytes, line.value.name)) : line;
}

export function weakKey(weakness: KeyWeakness): KeyError & { readonly code: 'weak-key' } {
  const remedy = 'Get the key from its holder again; if it really is theirs, they need a new one.';
  return { code: 'weak-key', message: `the key proves nothing: ${WEAKNESS[weakness]}`, remedy };
}

/** What is wrong with a key's name; null when nothing is. */
export function checkKeyName(name: string): string | null {
  const hidden = findHiddenCharacter(name);
  if (hidden !== null) return `the name holds ${hidden}`;
  if (name === '' || name.trim() !== name) return 'the name is empty, or begins or ends with a space';
  return name.length > 128 ? 'the name has more than 128 characters' : null;
}

function parseLine(text: string, type: string, kind: string): Result<{ bytes: Uint8Array; name: string }, KeyError> {
  const remedy = `A ${kind} key is one line: ${type} <44 characters of base64> <name>. Get the file again.`;
  const refuse = (message: string) => failure<KeyError>({ code: 'malformed-key', message, remedy });
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line.includes('\n')) return refuse('the file has more than one line');
  const [found = '', encoded = '', ...words] = line.split(' ');
  if (found !== type) return refuse(`the line does not begin with ${type}`);
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 32) return refuse('the key is not 32 bytes of canonical base64');
  const name = words.join(' ');
  const problem = checkKeyName(name);
  return problem === null ? success({ bytes, name }) : refuse(problem);
}

export type KeyFile = { readonly name: string; readonly text: string };
export type KeyFileError = KeyError & { readonly file: string };

/** Reads all files of a trusted-keys.d: the sound keys, and an error for each file that holds none. */
export function decodeTrustedKeys(files: readonly KeyFile[]): { keys: TrustedKey[]; errors: KeyFileError[] } {
  const keys: TrustedKey[] = [];
  const errors: KeyFileError[] = [];
  for (const { name: file, text } of files) {
    const parsed = parsePublicKey(text);
    const known = parsed.ok ? keys.find((key) => key.keyId === parsed.value.keyId) : undefined;
    if (!parsed.ok) errors.push({ ...parsed.error, file });
    else if (known === undefined) keys.push({ ...parsed.value, source: file });
    else {
      const message = `the same key is in ${known.source ?? 'another file'} under the name ${known.name}`;
      errors.push({ code: 'same-key', message, remedy: 'Remove one of the two files.', file });
    }
  }
  return { keys, errors };
}
