import { readSync, writeSync } from 'node:fs';

/** Frames between helper and worker: the length in 4 bytes, little endian, then that much UTF-8. */

export const LENGTH_BYTES = 4;

/** Bytes of a frame: far above what the greatest tables need. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** The frame of a text. */
export function frameOf(text: string): Buffer {
  const body = Buffer.from(text, 'utf8');
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, LENGTH_BYTES);
  return frame;
}

/** Waits for a frame on a blocking descriptor; null at its end. */
export function readFrame(descriptor: number): string | null {
  const length = readWhole(descriptor, LENGTH_BYTES)?.readUInt32LE() ?? null;
  if (length === null || length > MAX_FRAME_BYTES) return null;
  return readWhole(descriptor, length)?.toString('utf8') ?? null;
}

export function writeFrame(descriptor: number, text: string): void {
  const frame = frameOf(text);
  for (let at = 0; at < frame.length; ) at += writeSync(descriptor, frame, at);
}

function readWhole(descriptor: number, bytes: number): Buffer | null {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; ) {
    const got = readSync(descriptor, buffer, at, bytes - at, null);
    if (got === 0) return null;
    at += got;
  }
  return buffer;
}
