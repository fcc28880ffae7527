import { describe, expect, test } from 'vitest';
import { openCheckpoint, originOf, readCheckpoint, signCheckpoint, splitNotes } from './checkpoint.ts';
import { publicKeyOf } from './ed25519.ts';
import { formatPublicKey, formatSecretKey, parsePublicKey, parseSecretKey } from './key-file.ts';
import { emptyRoot } from './merkle.ts';
import { signNote } from './note.ts';

const seed = new Uint8Array(32).fill(3);
const origin = originOf('0123');
const checkpoint = { origin, size: 42, root: emptyRoot() };

describe('checkpoint', () => {
  test('is three lines under a signature', () => {
    const note = signCheckpoint(checkpoint, seed);
    expect(note.split('\n').slice(0, 4)).toEqual([
      'ringfence/0123',
      '42',
      '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      '',
    ]);
    expect(openCheckpoint(note, origin, publicKeyOf(seed))).toEqual({ ok: true, value: checkpoint });
  });

  test('of another log is refused', () => {
    const opened = openCheckpoint(
      signCheckpoint({ ...checkpoint, origin: originOf('9') }, seed),
      origin,
      publicKeyOf(seed),
    );
    expect(opened).toMatchObject({ ok: false, error: { code: 'other-log' } });
  });

  test.each([
    ['no root', 'o\n1\n'],
    ['a root of 31 bytes', `o\n1\n${new Uint8Array(31).toBase64()}\n`],
    ['a size with a leading zero', `o\n01\n${new Uint8Array(32).toBase64()}\n`],
    ['a negative size', `o\n-1\n${new Uint8Array(32).toBase64()}\n`],
    ['a further line', `o\n1\n${new Uint8Array(32).toBase64()}\nmore\n`],
  ])('with %s is malformed', (_, text) => {
    expect(readCheckpoint(signNote(text, { name: 'o', secretKey: seed }))).toMatchObject({
      ok: false,
      error: { code: 'malformed-checkpoint' },
    });
  });

  test('a file of notes comes apart, what is not ended apart from them', () => {
    const notes = [1, 2, 3].map((size) => signCheckpoint({ ...checkpoint, size }, seed));
    const file = notes.map((note) => `${note}\n`).join('');
    expect(splitNotes(file)).toEqual({ notes, rest: '' });
    expect(splitNotes(file.slice(0, -1)).notes).toEqual(notes.slice(0, 2));
    expect(splitNotes(file.slice(0, -1)).rest).toBe(notes[2]);
    expect(splitNotes('')).toEqual({ notes: [], rest: '' });
  });
});

describe('key files', () => {
  test('come back as they were', () => {
    expect(parseSecretKey(formatSecretKey(seed, 'log'))).toEqual({ ok: true, value: seed });
    expect(parsePublicKey(formatPublicKey(seed, 'log'))).toEqual({ ok: true, value: seed });
  });

  test('of the other kind, or cut short, are refused', () => {
    expect(parsePublicKey(formatSecretKey(seed, 'log'))).toMatchObject({ ok: false, error: { code: 'malformed-key' } });
    expect(parseSecretKey(`ringfence-ed25519-secret ${new Uint8Array(31).toBase64()} x`)).toMatchObject({ ok: false });
  });
});
