import { failure, type Result, success } from '../result.ts';
import type { PublicKey, SecretKey } from './ed25519.ts';
import type { TreeHash } from './merkle.ts';
import { decodeBase64, type NoteError, openNote, parseNote, signNote } from './note.ts';

/** A checkpoint says: this log held so many records and this was the root of their tree. https://c2sp.org/tlog-checkpoint */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: TreeHash };

export type CheckpointError = {
  readonly code: NoteError['code'] | 'malformed-checkpoint' | 'other-log';
  readonly message: string;
};

const SIZE = /^(0|[1-9][0-9]{0,15})$/;

/** The name of a log, unique to the machine and installation that made it. */
export function originOf(logId: string): string {
  return `ringfence/${logId}`;
}

/** A signed note. The name of the key is the origin. */
export function signCheckpoint(checkpoint: Checkpoint, secretKey: SecretKey): string {
  return signNote(checkpointText(checkpoint), { name: checkpoint.origin, secretKey });
}

export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toBase64()}\n`;
}

/** What a note claims, whoever signed it. */
export function readCheckpoint(note: string): Result<Checkpoint, CheckpointError> {
  const parsed = parseNote(note);
  return parsed.ok ? parseText(parsed.value.text) : parsed;
}

/** What a note says, if `publicKey` signed it for the log `origin`. */
export function openCheckpoint(
  note: string,
  origin: string,
  publicKey: PublicKey,
): Result<Checkpoint, CheckpointError> {
  const claimed = readCheckpoint(note);
  if (!claimed.ok) return claimed;
  if (claimed.value.origin !== origin) {
    return failure({
      code: 'other-log',
      message: `The checkpoint is of the log ${claimed.value.origin}, not of ${origin}.`,
    });
  }
  const opened = openNote(note, { name: origin, publicKey });
  return opened.ok ? claimed : opened;
}

function parseText(text: string): Result<Checkpoint, CheckpointError> {
  // Lines after the third are extensions of the specification; this product writes none.
  const [origin, size, root, ...rest] = text.split('\n');
  const hash = root === undefined ? null : decodeBase64(root);
  const whole = origin !== undefined && origin !== '' && size !== undefined && SIZE.test(size) && hash?.length === 32;
  if (!whole || rest.length !== 1 || rest[0] !== '' || !Number.isSafeInteger(Number(size))) {
    return failure({
      code: 'malformed-checkpoint',
      message: 'A checkpoint is three lines: origin, size, root in base64.',
    });
  }
  return success({ origin, size: Number(size), root: hash });
}

/** Takes a file of notes apart: each note is followed by an empty line. `rest` is what no note ends. */
export function splitNotes(file: string): { readonly notes: readonly string[]; readonly rest: string } {
  const notes: string[] = [];
  let start = 0;
  for (;;) {
    const text = file.indexOf('\n\n', start);
    const end = text < 0 ? -1 : file.indexOf('\n\n', text + 2);
    if (end < 0) return { notes, rest: file.slice(start) };
    notes.push(file.slice(start, end + 1));
    start = end + 2;
  }
}
