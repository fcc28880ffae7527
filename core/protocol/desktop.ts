/**
 * Between the desktop's windows and its main process, written once: both ends derive their types and their checks from here.
 * A window is as little trusted as a stranger on the socket: main checks the sender, the parameters, and for an answer the
 * person's own hand.
 */
import { z } from 'zod';
import { approvalId, approvalOption, approvalOutcome, approvalRequest, grant, grantId } from './approval.ts';
import { auditEntry, auditFilter, verification } from './audit.ts';
import { diagnosis, enforcement } from './enforcement.ts';
import { acceptedProgram, everyoneState, inbox, inboxEntry, NO_INBOX } from './everyone.ts';
import { MAX_PAGE_ENTRIES } from './limits.ts';
import { manifestDraft, manifestView } from './manifest.ts';
import { modeSettings, NO_MODES } from './modes.ts';
import { recordNumber, sentence, sessionId, timestamp } from './scalars.ts';
import { session } from './session.ts';

const trouble = { message: sentence, remedy: sentence };

/** How the desktop stands to the helper. Only `connected` and enforcing may ever look safe. */
export const link = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('connected'), helperVersion: sentence, enforcement }),
  /** No helper runs, or none is installed. */
  z.object({ state: z.literal('absent'), ...trouble }),
  z.object({ state: z.literal('lost'), since: timestamp, ...trouble }),
  z.object({ state: z.literal('incompatible'), ...trouble }),
  /** The helper does not want this peer. */
  z.object({ state: z.literal('denied'), ...trouble }),
]);
export type Link = z.infer<typeof link>;

export const SCREENS = ['approvals', 'agents', 'everyone', 'history', 'status'] as const;
export const screen = z.enum(SCREENS);
export type Screen = z.infer<typeof screen>;

/** Everything a window shows that is not fetched page by page. */
export const desktopState = z.object({
  link,
  /** Whether this copy of the app may answer at all, or why it cannot; one that was not installed only looks on. */
  answering: z.discriminatedUnion('state', [
    z.object({ state: z.literal('possible') }),
    z.object({ state: z.literal('view-only'), reason: sentence }),
  ]),
  version: sentence,
  /** What Electron this is, for the status screen. */
  runtime: sentence,
  sessions: z.array(session),
  /** What is set for agents and machine; nothing, where the helper does not say. */
  modes: modeSettings.default(NO_MODES),
  /** How everyone else is held; null: they are not, or the helper does not say. */
  everyone: everyoneState.nullable().default(null),
  inbox: inbox.default(NO_INBOX),
  approvals: z.array(approvalRequest),
  grants: z.array(grant),
  /** What ended lately, newest first: it stays readable for a while. */
  ended: z.array(z.object({ request: approvalRequest, outcome: approvalOutcome, endedAt: timestamp })).max(20),
});
export type DesktopState = z.infer<typeof desktopState>;

const nothing = z.strictObject({});
const acceptedAt = { program: acceptedProgram.shape.program, location: acceptedProgram.shape.location };

/** What a window can ask of main. */
export const DESKTOP_CALLS = {
  /** The state at this instant; `state` events follow. */
  state: { params: nothing, result: desktopState },
  /**
   * Answers a question. `deny` is always taken. Everything else only from the prompt's window, only once it is armed, and
   * only after main itself has seen the person's hand: see `proof`.
   */
  answer: {
    params: z.strictObject({ id: approvalId, option: approvalOption }),
    result: z.object({ outcome: approvalOutcome }),
  },
  /** A question has been on screen in the prompt's window since now. Returns the letters that allow it by keyboard. */
  'prompt.shown': {
    params: z.strictObject({ id: approvalId }),
    result: z.object({ code: z.string(), armsInMs: z.int().min(0) }),
  },
  /** Brings the prompt's window up, at the questions that wait. It is what "Review" does. */
  'prompt.open': { params: nothing, result: nothing },
  /** Hides the prompt's window and answers nothing: the questions stay open until their time is over. */
  'prompt.leave': { params: nothing, result: nothing },
  'grant.revoke': { params: z.strictObject({ grant: grantId }), result: nothing },
  /**
   * Lets a program into a location, or takes that back. The helper asks an administrator for the password before it lets anything in:
   * a window, and whoever could pass for one, can only ask.
   */
  'everyone.accept': { params: z.strictObject(acceptedAt), result: nothing },
  'everyone.revoke': { params: z.strictObject(acceptedAt), result: nothing },
  /** Stops from now on what is neither trusted nor accepted. */
  'everyone.enforce': { params: nothing, result: nothing },
  /** Takes an entry out of the inbox. */
  'everyone.dismiss': { params: z.strictObject({ id: inboxEntry.shape.id }), result: nothing },
  'audit.page': {
    params: auditFilter.extend({
      afterSeq: z.int().min(0).optional(),
      limit: z.int().min(1).max(MAX_PAGE_ENTRIES),
    }),
    result: z.object({ entries: z.array(auditEntry), next: recordNumber.nullable() }),
  },
  'audit.verify': { params: nothing, result: verification },
  /** The manifest that a session is held to. */
  'manifest.get': { params: z.strictObject({ session: sessionId }), result: manifestView },
  /**
   * Sends a draft of it to be signed by this machine, which the person has to authorise, and writes the signed text where the
   * manifest lies. It holds from the next start of the agent.
   */
  'manifest.sign': {
    params: z.strictObject({ session: sessionId, draft: manifestDraft }),
    result: z.object({ path: sentence }),
  },
  doctor: { params: nothing, result: diagnosis },
  /** Opens the main window at a screen. */
  open: { params: z.strictObject({ screen }), result: nothing },
} as const;

export type DesktopCall = keyof typeof DESKTOP_CALLS;
export type DesktopParams<C extends DesktopCall> = z.input<(typeof DESKTOP_CALLS)[C]['params']>;
export type DesktopResult<C extends DesktopCall> = z.output<(typeof DESKTOP_CALLS)[C]['result']>;

/** Why a call failed, in words a person can use. */
export const desktopError = z.object({ code: sentence, message: sentence, remedy: sentence.optional() });
export type DesktopError = z.infer<typeof desktopError>;

/** What main tells its windows unasked. */
export const DESKTOP_EVENTS = {
  state: desktopState,
  /** Records that were written since; only while a window shows the history. */
  records: z.array(auditEntry),
  /** The main window is to show this screen. */
  screen,
} as const;
export type DesktopEvent = keyof typeof DESKTOP_EVENTS;
export type DesktopEventData<E extends DesktopEvent> = z.output<(typeof DESKTOP_EVENTS)[E]>;

export type DesktopAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: DesktopError };

/** What the preload script puts into each window as `window.ringfence`, and all that a window has. */
export interface DesktopBridge {
  call<C extends DesktopCall>(name: C, params: DesktopParams<C>): Promise<DesktopAnswer<DesktopResult<C>>>;
  /** Returns the way to stop listening. */
  listen<E extends DesktopEvent>(name: E, hear: (data: DesktopEventData<E>) => void): () => void;
}

/** Which page a window shows: `app://ringfence/index.html#main` or `#prompt`. */
export const WINDOWS = ['main', 'prompt'] as const;
export type WindowKind = (typeof WINDOWS)[number];

/** How long a person has to see a question before it can be allowed, milliseconds. */
export const ARM_MS = 1200;
/** How long the pointer has to be held on Allow, milliseconds. */
export const HOLD_MS = 800;

/**
 * Where the prompt's window has its Allow control, measured from its lower right corner in CSS pixels, and nowhere else: main
 * counts a press as the person's consent only in there. The page draws the control to fill it.
 */
export const ALLOW_ZONE = { right: 24, bottom: 24, width: 224, height: 48 } as const;
