/** What helper and worker say to each other about captured answers: JSON, bytes in base64. */
import { z } from 'zod';
import type { CapturedAnswer } from '../../core/names/answer-reader.ts';
import { type DnsAnswer, MAX_ADDRESSES } from '../../core/names/dns-answer.ts';
import { MAX_WIRE_NAME } from '../../core/names/host-name.ts';
import { failure, type Result, success } from '../../core/result.ts';

const ADDRESS_BYTES = 16;
/** Messages that one capture can complete: more would be shorter than any answer. */
const MOST_ANSWERS = 512;

const bytesOf = (least: number, most: number) =>
  z
    .base64()
    .max(Math.ceil(most / 3) * 4)
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine(({ length }) => length >= least && length <= most);

const answers = z
  .array(
    z.strictObject({
      name: bytesOf(2, MAX_WIRE_NAME),
      addresses: z
        .array(
          z.strictObject({
            address: bytesOf(ADDRESS_BYTES, ADDRESS_BYTES),
            seconds: z.int().min(0).max(0xffff_ffff),
          }),
        )
        .max(MAX_ADDRESSES),
    }),
  )
  .max(MOST_ANSWERS);

type WireCapture = Omit<CapturedAnswer, 'session' | 'socket' | 'bytes'> & {
  session: string;
  socket: string;
  bytes: string;
};

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export function encodeCapture({ session, socket, bytes, ...rest }: CapturedAnswer): string {
  const wire: WireCapture = { ...rest, session: String(session), socket: String(socket), bytes: base64(bytes) };
  return JSON.stringify(wire);
}

/** The helper's own words: the worker has no reason to doubt them. */
export function decodeCapture(line: string): CapturedAnswer {
  const { session, socket, bytes, ...rest } = JSON.parse(line) as WireCapture;
  return {
    ...rest,
    session: BigInt(session),
    socket: BigInt(socket),
    bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
  };
}

export function encodeAnswers(read: readonly DnsAnswer[]): string {
  return JSON.stringify(
    read.map(({ name, addresses }) => ({
      name: base64(name),
      addresses: addresses.map(({ address, seconds }) => ({ address: base64(address), seconds })),
    })),
  );
}

/** Reads what the worker sent; what it says of names is for the kernel's rules. */
export function decodeAnswers(frame: string): Result<DnsAnswer[], string> {
  try {
    const parsed = answers.safeParse(JSON.parse(frame));
    return parsed.success ? success(parsed.data) : failure(z.prettifyError(parsed.error).slice(0, 1000));
  } catch {
    return failure('no JSON');
  }
}
