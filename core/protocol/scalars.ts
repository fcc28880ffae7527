import { z } from 'zod';

/** The single values messages are made of. Branded where mixing two of a kind would be a bug. */

/** One run of an agent. Opaque to clients. */
export const sessionId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/)
  .brand<'SessionId'>();
export type SessionId = z.infer<typeof sessionId>;

/** User id in the initial user namespace. */
export const uid = z.int().min(0).max(0xffff_ffff).brand<'Uid'>();
export type Uid = z.infer<typeof uid>;

/** Process id (thread group) in the initial PID namespace. */
export const pid = z.int().min(1).max(0x7fff_ffff).brand<'Pid'>();
export type Pid = z.infer<typeof pid>;

/** Number of a record in the evidence log: 1, 2, 3 … without holes. */
export const recordNumber = z.int().min(1).brand<'RecordNumber'>();
export type RecordNumber = z.infer<typeof recordNumber>;

/** Number of an event on one connection: 1, 2, 3 …; a hole means that the connection is to be made anew. */
export const eventSequence = z.int().min(0).brand<'EventSequence'>();
export type EventSequence = z.infer<typeof eventSequence>;

/** RFC 3339 in UTC. */
export const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);

/** An absolute path as a person gave it. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'must be an absolute path');

/** A short text for people. */
export const sentence = z.string().max(4096);
