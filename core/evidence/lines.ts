/** No record comes near this; what is longer is not read into memory. Bytes, without the newline. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** One line of a file. `offset` is its first byte; `ended` is false for bytes at the end that no newline follows. */
export type Line = { readonly bytes: Uint8Array; readonly offset: number; readonly ended: boolean };

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. A line beyond MAX_LINE_BYTES comes cut short, and is never a record. */
export function* splitLines(chunks: Iterable<Uint8Array>): Generator<Line> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  let skipped = 0;
  for (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = join(rest, chunk.subarray(start, end));
      yield { bytes, offset, ended: true };
      offset += skipped + bytes.length + 1;
      skipped = 0;
      rest = new Uint8Array(0);
      start = end + 1;
    }
    rest = join(rest, chunk.subarray(start));
    if (rest.length > MAX_LINE_BYTES + 1) {
      skipped += rest.length - (MAX_LINE_BYTES + 1);
      rest = rest.slice(0, MAX_LINE_BYTES + 1);
    }
  }
  if (rest.length > 0) yield { bytes: rest, offset, ended: false };
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail.slice();
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
}
