import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeBase64 } from './base64.ts';
import { quoteVisibly } from './hidden-character.ts';

/** A public key as another program writes it: its 32 bytes and a name, or why it is none that can be used. */
export type ForeignKey =
  | { readonly kind: 'key'; readonly publicKey: Uint8Array; readonly name: string }
  | { readonly kind: 'secret' }
  | { readonly kind: 'refused'; readonly message: string; readonly remedy: string };

const SSH_REMEDY =
  'Give a key that ssh-keygen -t ed25519 has made: one line, ssh-ed25519 <68 characters of base64> <name>.';
const MINISIGN_REMEDY = 'Give the .pub file that minisign -G has written: a comment, and a line of 56 characters.';
/** RFC 4251 strings: the key's type, and the length of what follows. */
const SSH_HEAD = '0000000b7373682d6564323535313900000020';
/** minisign's word for Ed25519. */
const MINISIGN_HEAD = '4564';

/** Null when the text is of no other program. */
export function readForeignKey(text: string): ForeignKey | null {
  if (/^-----BEGIN .*PRIVATE KEY-----/.test(text) || /^untrusted comment: minisign encrypted secret key/.test(text)) {
    return { kind: 'secret' };
  }
  if (text.startsWith('untrusted comment:')) return readMinisign(text);
  return /^(ssh-|sk-|ecdsa-|rsa-)/.test(text) ? readSsh(text) : null;
}

function readSsh(text: string): ForeignKey {
  const refuse = (message: string): ForeignKey => ({ kind: 'refused', message, remedy: SSH_REMEDY });
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line.includes('\n')) return refuse('the file has more than one line');
  const [type = '', encoded = '', ...words] = line.split(' ');
  if (type !== 'ssh-ed25519')
    return refuse(`the key is of the type ${quoteVisibly(type.slice(0, 40).toWellFormed())}, not ssh-ed25519`);
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 51 || bytesToHex(bytes.subarray(0, 19)) !== SSH_HEAD) {
    return refuse('the line holds no ssh-ed25519 key in canonical base64');
  }
  const publicKey = bytes.slice(19);
  const name = words.length === 0 ? `ssh ${bytesToHex(publicKey.subarray(0, 4))}` : words.join(' ');
  return { kind: 'key', publicKey, name };
}

function readMinisign(text: string): ForeignKey {
  const refuse = (message: string): ForeignKey => ({ kind: 'refused', message, remedy: MINISIGN_REMEDY });
  const [comment = '', encoded = '', ...rest] = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  if (!comment.startsWith('untrusted comment: ')) return refuse('the first line is no "untrusted comment: "');
  if (rest.length > 0) return refuse('the file has more than two lines');
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 42) return refuse('the second line is not 42 bytes of canonical base64');
  if (bytesToHex(bytes.subarray(0, 2)) !== MINISIGN_HEAD)
    return refuse('the key is of another kind than Ed25519 ("Ed")');
  // The comment is nobody's word: the key goes by the number minisign shows, which it keeps in little endian.
  const number = bytesToHex(bytes.slice(2, 10).reverse()).toUpperCase();
  return { kind: 'key', publicKey: bytes.slice(10), name: `minisign ${number}` };
}
