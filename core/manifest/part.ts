/** What a refusal blames. */
export type Part = 'manifest' | 'file' | 'key' | 'signature';

const PARTS: { readonly [code: string]: Part } = {
  'malformed-hash': 'manifest',
  'changed-file': 'file',
  'missing-file': 'file',
  'unlisted-file': 'file',
  'symbolic-link': 'file',
  'hard-link': 'file',
  'special-file': 'file',
  'unreadable-file': 'file',
  'too-many-files': 'file',
  'unknown-key': 'key',
  'weak-key': 'key',
  'malformed-key': 'key',
  'secret-key': 'key',
  'same-key': 'key',
  'key-file': 'key',
  'revoked-key': 'key',
  'other-key': 'key',
  unsigned: 'signature',
  'unsupported-algorithm': 'signature',
  'malformed-signature': 'signature',
  'bad-signature': 'signature',
  'two-signatures': 'signature',
  'bad-co-signature': 'signature',
  'missing-co-signature': 'signature',
};

/** Which part of a skill the code of a refusal is about: what is not of files, keys or signatures is of the manifest. */
export function partOf(code: string): Part {
  return Object.hasOwn(PARTS, code) ? (PARTS[code] as Part) : 'manifest';
}
