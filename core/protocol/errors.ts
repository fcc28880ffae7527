import { z } from 'zod';
import { sentence } from './scalars.ts';

/**
 * Every way in which a call can fail. The word is the contract; the number is what JSON-RPC 2.0 (section 5.1) wants
 * on the wire, and is never reused.
 */
export const ERRORS = {
  'malformed-message': -32_700,
  'invalid-request': -32_600,
  'unknown-method': -32_601,
  'invalid-params': -32_602,
  'internal-error': -32_603,
  /** The first call on a connection was not `hello`. */
  'hello-first': 1,
  /** The two ends speak different generations of the protocol. */
  'incompatible-version': 2,
  /** The peer belongs to an agent's process tree. Its user id does not matter. */
  'peer-is-an-agent': 3,
  /** The kernel would not say who the peer is. */
  'peer-unknown': 4,
  /** This user may not call this method. */
  'not-permitted': 5,
  'too-many-connections': 6,
  'message-too-large': 7,
  'response-too-large': 8,
  'not-found': 9,
  /** The manifest cannot be bound; `refusals` says why. */
  'manifest-refused': 10,
  /** The process to be labelled is not a child of the caller, or not this user's. */
  'not-your-child': 11,
  /** The kernel does not enforce, so no session can start. */
  'not-enforcing': 12,
  /** A bound of the kernel tables or of the helper is reached. */
  'limit-reached': 13,
  /** The helper cannot do this now, for instance because it is stopping. */
  unavailable: 14,
  /** The person did not prove who they are: polkit refused, was dismissed, or is not there. */
  'not-authorized': 15,
  /** The question is over. */
  'too-late': 16,
} as const;
export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with a manifest, in the words of the part that found it (`unsigned`, `changed-file`, …). */
export const refusal = z.object({
  code: z.string().regex(/^[a-z0-9-]{1,64}$/),
  message: sentence,
  remedy: sentence.optional(),
  /** Where in the text, both from 1, and as a pointer (`permissions.exec[0]`). */
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  pointer: sentence.optional(),
  /** The files of the skill that share this reason, relative to its folder. */
  paths: z.array(z.string().max(4096)).max(1100).optional(),
});
export type Refusal = z.infer<typeof refusal>;

const errorWords = Object.keys(ERRORS) as ErrorCode[];

/** What `error.data` holds on the wire. */
export const errorData = z.object({
  code: z.enum(errorWords),
  remedy: sentence.optional(),
  refusals: z.array(refusal).max(1000).optional(),
});

export type ProtocolError = z.infer<typeof errorData> & { message: string };

export function protocolError(
  code: ErrorCode,
  message: string,
  more: Omit<z.infer<typeof errorData>, 'code'> = {},
): ProtocolError {
  return { code, message, ...more };
}

/** The error as JSON-RPC carries it. */
export function toWireError(error: ProtocolError): { code: number; message: string; data: z.infer<typeof errorData> } {
  const { message, ...data } = error;
  return { code: ERRORS[error.code], message, data };
}

/** The error behind a JSON-RPC error; one without a readable code is an `internal-error` with its message kept. */
export function fromWireError(wire: { message: string; data?: unknown }): ProtocolError {
  const data = errorData.safeParse(wire.data);
  return data.success ? { ...data.data, message: wire.message } : protocolError('internal-error', wire.message);
}
