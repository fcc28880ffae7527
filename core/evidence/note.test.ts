import { describe, expect, test } from 'vitest';
import { publicKeyOf } from './ed25519.ts';
import { keyIdOf, openNote, parseNote, signNote, verifierKeyText } from './note.ts';

// The example of golang.org/x/mod/sumdb/note, the origin of the format.
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';
const KEY = {
  name: 'PeterNeumann',
  publicKey: Uint8Array.fromBase64('ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').slice(1),
};
const NOTE = `${TEXT}\n${SIGNATURE}\n`;

const seed = new Uint8Array(32).fill(7);
const signer = { name: 'ringfence/test', secretKey: seed };
const verifier = { name: 'ringfence/test', publicKey: publicKeyOf(seed) };

function code(note: string, by = verifier): string {
  const opened = openNote(note, by);
  return opened.ok ? 'ok' : opened.error.code;
}

describe('signed note', () => {
  test('the known note opens with the known key', () => {
    expect(openNote(NOTE, KEY)).toEqual({ ok: true, value: TEXT });
    expect(verifierKeyText(KEY)).toBe('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  });

  test('what is signed opens', () => {
    expect(openNote(signNote('one\ntwo\n', signer), verifier)).toEqual({ ok: true, value: 'one\ntwo\n' });
    expect(openNote(signNote('a\n\nb\n', signer), verifier)).toEqual({ ok: true, value: 'a\n\nb\n' });
  });

  test('each fault has its own code', () => {
    const note = signNote('one\n', signer);
    expect(code(note.replace('one', 'two'))).toBe('bad-signature');
    expect(code('one\n\n')).toBe('unsigned');
    expect(code('one\n')).toBe('malformed-note');
    expect(code(note.slice(0, -1))).toBe('malformed-note');
    expect(code(note.replace('one', 'o\tne'))).toBe('malformed-note');
    expect(code(note.replace('— ', '- '))).toBe('malformed-note');
    expect(code(NOTE)).toBe('unknown-key');
  });

  test('another key under the same name, or under the same key id, is refused', () => {
    const forger = new Uint8Array(32).fill(8);
    expect(code(signNote('one\n', { name: signer.name, secretKey: forger }))).toBe('unknown-key');
    const forged = parseNote(signNote('one\n', { name: signer.name, secretKey: forger }));
    if (!forged.ok) throw new Error(forged.error.message);
    const bytes = Uint8Array.of(
      ...keyIdOf(verifier.name, verifier.publicKey),
      ...forged.value.signatures[0]!.signature,
    );
    expect(code(`one\n\n— ${signer.name} ${bytes.toBase64()}\n`)).toBe('bad-signature');
  });

  test('signatures of strangers beside the own one are ignored', () => {
    expect(code(`${signNote('one\n', signer)}${SIGNATURE}\n`)).toBe('ok');
  });

  test('a small-order key or a padded signature proves nothing', () => {
    const weak = { name: 'weak', publicKey: Uint8Array.of(1, ...new Uint8Array(31)) };
    const signature = Uint8Array.of(...keyIdOf('weak', weak.publicKey), 1, ...new Uint8Array(63));
    expect(code(`one\n\n— weak ${signature.toBase64()}\n`, weak)).toBe('bad-signature');
    const own = parseNote(signNote('one\n', signer));
    if (!own.ok) throw new Error(own.error.message);
    const longer = Uint8Array.of(...own.value.signatures[0]!.keyId, ...own.value.signatures[0]!.signature, 0);
    expect(code(`one\n\n— ${signer.name} ${longer.toBase64()}\n`)).toBe('bad-signature');
  });
});
