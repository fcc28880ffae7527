import { sha256 } from '@noble/hashes/sha2.js';
import { failure, type Result, success } from '../result.ts';
import { type PublicKey, publicKeyOf, type SecretKey, signBytes, verifyBytes } from './ed25519.ts';
import { equalBytes } from './merkle.ts';

/** Signed notes: https://c2sp.org/signed-note. A text, an empty line, then one line for each signature. */

const ED25519 = 1;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f]/u;
const encoder = new TextEncoder();

export type NoteError = {
  readonly code: 'malformed-note' | 'unsigned' | 'unknown-key' | 'bad-signature';
  readonly message: string;
};

/** Who signs: a name without spaces or plus signs, and an Ed25519 key. */
export type NoteSigner = { readonly name: string; readonly secretKey: SecretKey };
export type NoteVerifier = { readonly name: string; readonly publicKey: PublicKey };
export type NoteSignature = { readonly name: string; readonly keyId: Uint8Array; readonly signature: Uint8Array };
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** First four bytes of SHA-256(name, newline, algorithm, public key). */
export function keyIdOf(name: string, publicKey: PublicKey): Uint8Array {
  const prefix = encoder.encode(`${name}\n`);
  return sha256(Uint8Array.of(...prefix, ED25519, ...publicKey)).slice(0, 4);
}

/** The key as verifiers of signed notes take it: `name+key id+base64`. */
export function verifierKeyText(verifier: NoteVerifier): string {
  const id = keyIdOf(verifier.name, verifier.publicKey).toHex();
  return `${verifier.name}+${id}+${Uint8Array.of(ED25519, ...verifier.publicKey).toBase64()}`;
}

/** `text` ends in a newline and holds no other control character. */
export function signNote(text: string, signer: NoteSigner): string {
  const keyId = keyIdOf(signer.name, publicKeyOf(signer.secretKey));
  const signature = signBytes(encoder.encode(text), signer.secretKey);
  return `${text}\n\u2014 ${signer.name} ${Uint8Array.of(...keyId, ...signature).toBase64()}\n`;
}

/** Takes a note apart without judging its signatures. */
export function parseNote(note: string): Result<Note, NoteError> {
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return malformed('there is no empty line between the text and the signatures');
  if (!note.endsWith('\n')) return malformed('the last line is not ended');
  if (FORBIDDEN.test(note) || !note.isWellFormed()) return malformed('it holds a control character');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines[0] === '') return failure({ code: 'unsigned', message: 'The note carries no signature.' });
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const parts = SIGNATURE_LINE.exec(line);
    const bytes = parts === null ? null : decodeBase64(parts[2]!);
    if (parts === null || bytes === null || bytes.length < 5)
      return malformed('a signature line is not "\u2014 name base64"');
    signatures.push({ name: parts[1]!, keyId: bytes.slice(0, 4), signature: bytes.slice(4) });
  }
  return success({ text: note.slice(0, split + 1), signatures });
}

/** The text, if the known key signed it. Signatures of other keys are ignored, as the specification asks. */
export function openNote(note: string, verifier: NoteVerifier): Result<string, NoteError> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const keyId = keyIdOf(verifier.name, verifier.publicKey);
  const own = parsed.value.signatures.filter((one) => one.name === verifier.name && equalBytes(one.keyId, keyId));
  if (own.length === 0) {
    const names = parsed.value.signatures.map((one) => `${one.name}+${one.keyId.toHex()}`).join(', ');
    return failure({ code: 'unknown-key', message: `Signed by ${names}, not by ${verifier.name}+${keyId.toHex()}.` });
  }
  const message = encoder.encode(parsed.value.text);
  const valid = own.every((one) => verifyBytes(one.signature, message, verifier.publicKey));
  return valid
    ? success(parsed.value.text)
    : failure({ code: 'bad-signature', message: 'The signature does not fit the text.' });
}

function malformed(why: string): Result<never, NoteError> {
  return failure({ code: 'malformed-note', message: `This is not a signed note: ${why}.` });
}

/** Only the canonical form of base64 is taken: one note has one text. */
export function decodeBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' });
    return bytes.toBase64() === text ? bytes : null;
  } catch {
    return null;
  }
}
