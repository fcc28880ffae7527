import { z } from 'zod';
import { approvalEnd, approvalRequest, grant } from './approval.ts';
import { auditEntry } from './audit.ts';
import { enforcement } from './enforcement.ts';
import { everyoneState } from './everyone.ts';
import { modeSettings } from './modes.ts';
import { eventSequence, type Uid, uid } from './scalars.ts';
import { session } from './session.ts';

/** Whom an event is for: one user (and root), everyone, or root alone (null). */
export type Audience = Uid | 'everyone' | null;

type Event<D extends z.ZodType> = { readonly data: D; readonly audience: (data: z.infer<D>) => Audience };

function event<D extends z.ZodType>(description: Event<D>): Event<D> {
  return description;
}

/** Everything the helper tells unasked. A client overlooks events it does not know; they count in the sequence. */
export const EVENTS = {
  /** A record has been written to the evidence log. Sent after `audit.subscribe`. */
  decision: event({ data: auditEntry, audience: (data) => data.owner }),
  'session.started': event({ data: session, audience: (data) => data.owner }),
  /** What is known of a session has changed: its skill has lost its trust. */
  'session.changed': event({ data: session, audience: (data) => data.owner }),
  'session.ended': event({ data: session, audience: (data) => data.owner }),
  /** A question waits for an answer, or what is known of it has changed (a held call that was refused meanwhile). */
  'approval.asked': event({ data: approvalRequest, audience: (data) => data.owner }),
  /** A question is over. */
  'approval.ended': event({ data: approvalEnd, audience: (data) => data.owner }),
  'grant.made': event({ data: grant, audience: (data) => data.owner }),
  /** Revoked, expired, or its session or process is over. */
  'grant.ended': event({ data: grant, audience: (data) => data.owner }),
  /** A mode was set, or is over. */
  'modes.changed': event({ data: modeSettings, audience: () => 'everyone' }),
  /** What everyone else is held to was changed, or a stage is over. */
  'everyone.changed': event({ data: everyoneState, audience: () => 'everyone' }),
  /** A person's inbox is not what it was. */
  'inbox.changed': event({ data: z.object({ owner: uid }), audience: (data) => data.owner }),
  /** Enforcement has begun or ended. */
  status: event({ data: z.object({ enforcement }), audience: () => 'everyone' }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventData<E extends EventName> = z.output<(typeof EVENTS)[E]['data']>;

/** An event with its data. */
export type HelperEvent = { [E in EventName]: { readonly event: E; readonly data: EventData<E> } }[EventName];

/** What a notification carries: its place on the connection, and the data of the event that its method names. */
export const eventParams = z.object({ sequence: eventSequence, data: z.unknown() });

export function isEvent(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

/** Whom this event is for. */
export function audienceOf(happened: HelperEvent): Audience {
  return (EVENTS[happened.event].audience as (data: HelperEvent['data']) => Audience)(happened.data);
}

/** Checks the data of an event, or says what is wrong with it. */
export function parseEvent(name: EventName, data: unknown): HelperEvent | z.ZodError {
  const parsed = EVENTS[name].data.safeParse(data);
  return parsed.success ? ({ event: name, data: parsed.data } as HelperEvent) : parsed.error;
}
