import { z } from 'zod';
import { EGRESS_SYMBOLS } from '../manifest/index.ts';
import {
  answering,
  approvalId,
  approvalOption,
  approvalOutcome,
  approvalRequest,
  grant,
  grantId,
  refusalCause,
} from './approval.ts';
import { auditEntry, auditFilter, verification } from './audit.ts';
import { diagnosis, enforcement } from './enforcement.ts';
import {
  acceptedProgram,
  catalogueName,
  everyoneStage,
  everyoneState,
  inbox,
  inboxEntry,
  MAX_STAGE_SECONDS,
  othersAnswer,
} from './everyone.ts';
import { keyId, keyName, keyRing, keyText, revokedKey } from './keys.ts';
import {
  MAX_INTERPRETERS,
  MAX_MANIFEST_BASE64,
  MAX_PAGE_ENTRIES,
  MAX_PINNED_PROGRAMS,
  MAX_SESSION_SKILLS,
} from './limits.ts';
import { manifestDraft, manifestView } from './manifest.ts';
import { agentName, MAX_MODE_SECONDS, mode, modeSettings } from './modes.ts';
import {
  absolutePath,
  eventSequence,
  pid,
  recordNumber,
  sentence,
  sessionId,
  timestamp,
  type Uid,
  uid,
} from './scalars.ts';
import { session, shownCommand } from './session.ts';
import { starter, starterId } from './starters.ts';

/**
 * Everything a client can ask of the helper, written once: both ends derive their types and their checks from here.
 *
 * `params` are strict: a field the helper does not know is an error, so that a wish is never silently ignored.
 * Results are open: a client overlooks fields it does not know, so that the helper can add some.
 *
 * `access` says who may call. `own` answers only with what belongs to the caller, by `narrow`; root sees all.
 */

type Method<P extends z.ZodType, R extends z.ZodType> = { readonly params: P; readonly result: R } & (
  | { readonly access: 'anyone' | 'root' }
  | {
      readonly access: 'own';
      /** What of the result belongs to this user; undefined: nothing, as if it did not exist. */
      readonly narrow: (result: z.infer<R>, owner: Uid) => z.infer<R> | undefined;
    }
);

function method<P extends z.ZodType, R extends z.ZodType>(description: Method<P, R>): Method<P, R> {
  return description;
}

const nothing = z.strictObject({});

/** The state of everything the caller may see, at one instant; events continue from `sequence`. */
export const snapshot = z.object({
  protocol: z.int().min(1),
  helperVersion: sentence,
  enforcement,
  sessions: z.array(session).max(4096),
  /** Questions that wait for an answer, held or refused meanwhile. */
  approvals: z.array(approvalRequest).max(65_536),
  grants: z.array(grant).max(16_384),
  /** What it takes the caller to allow something, as of now; a helper that does not say wants a password. */
  answering: answering.optional(),
  /** What is set for agents and machine; a helper that does not say enforces. */
  modes: modeSettings.optional(),
  /** What people's programs that are no agents are held to; a helper that does not say holds them to nothing. */
  everyone: everyoneState.optional(),
  sequence: eventSequence,
});
export type Snapshot = z.infer<typeof snapshot>;

export const METHODS = {
  /** The first call on every connection. */
  hello: method({
    access: 'own',
    params: z.strictObject({
      protocol: z.int().min(1),
      client: z.strictObject({ name: z.string().max(64), version: z.string().max(64) }),
    }),
    result: snapshot,
    narrow: (result, owner) => ({
      ...result,
      sessions: result.sessions.filter((each) => each.owner === owner),
      approvals: result.approvals.filter((each) => each.owner === owner),
      grants: result.grants.filter((each) => each.owner === owner),
    }),
  }),

  /**
   * A proxy for a session that is about to be prepared: it reaches nothing before, and is gone after a minute without one. The agent
   * is started with its address, which holds the word that lets it in.
   */
  'session.reserveProxy': method({
    access: 'anyone',
    params: nothing,
    result: z.object({ port: z.int().min(1).max(65_535), url: z.string().max(256) }),
  }),

  /** Binds a manifest to a process that waits to be released, and labels it. The process is a child of the caller. */
  'session.prepare': method({
    access: 'anyone',
    params: z.strictObject({
      manifestPath: absolutePath,
      /** The manifest's bytes, base64. */
      manifest: z.base64().max(MAX_MANIFEST_BASE64),
      workingDirectory: absolutePath,
      /** What `$TMPDIR` stands for; `/tmp` when absent. */
      temporaryDirectory: absolutePath.optional(),
      command: shownCommand,
      pid,
      /** Programs whose content the manifest pins: the helper hashes them itself. */
      programs: z.array(absolutePath).max(MAX_PINNED_PROGRAMS).optional(),
      /** What symbols of the manifest's egress stand for, as the caller's tools are set: hosts, separated by spaces. */
      symbols: z.partialRecord(z.enum(EGRESS_SYMBOLS), z.string().max(300)).optional(),
      /** The proxy that was reserved for it. */
      proxyPort: z.int().min(1).max(65_535).optional(),
      /** The manifest's audit mode is to count: takes an administrator's word. */
      audit: z.boolean().optional(),
      /** Skills that the agent may use, each with a signed manifest of its own. Who runs one is held to both. */
      skills: z
        .array(
          z.strictObject({
            manifestPath: absolutePath,
            programs: z.array(absolutePath).max(MAX_PINNED_PROGRAMS).optional(),
            symbols: z.partialRecord(z.enum(EGRESS_SYMBOLS), z.string().max(300)).optional(),
          }),
        )
        .max(MAX_SESSION_SKILLS)
        .optional(),
      /** Programs outside of the system's places that run scripts, as the caller's `PATH` finds them. */
      interpreters: z.array(absolutePath).max(MAX_INTERPRETERS).optional(),
    }),
    result: z.object({
      session: sessionId,
      skillId: sentence,
      keyName: sentence,
      warnings: z.array(sentence).max(1000),
    }),
  }),

  /** Sessions with a process alive. */
  'session.list': method({
    access: 'own',
    params: nothing,
    result: z.object({ sessions: z.array(session).max(4096) }),
    narrow: (result, owner) => ({ sessions: result.sessions.filter((each) => each.owner === owner) }),
  }),

  /** The manifest that a session is held to, and how its file stands now. One at a time for each user. */
  'manifest.get': method({
    access: 'own',
    params: z.strictObject({ session: sessionId }),
    result: manifestView.extend({ owner: uid }),
    narrow: (result, owner) => (result.owner === owner ? result : undefined),
  }),

  /**
   * Has a draft of an own session's manifest signed by this machine's key, with the hashes of the skill's files as they are;
   * hashes and signature in the draft are replaced. The person authorises it by polkit, each time; root needs not. Nothing is
   * written: the caller puts `manifest` at `path`, and it holds from the next start of the agent.
   */
  'manifest.sign': method({
    access: 'anyone',
    params: z.strictObject({ session: sessionId, draft: manifestDraft }),
    result: z.object({
      manifest: z.string().max(MAX_MANIFEST_BASE64),
      path: absolutePath,
      warnings: z.array(sentence).max(1000),
    }),
  }),

  /** Whose signatures count, whose no longer do, and which skill is bound to which key. */
  'keys.list': method({
    access: 'own',
    params: nothing,
    result: keyRing,
    narrow: (result, owner) => ({
      ...result,
      bindings: result.bindings.filter((each) => each.owner === null || each.owner === owner),
    }),
  }),

  /**
   * Trusts a public key to sign any skill. Like every change of keys that follows: an administrator authorises it by polkit, each
   * time; root needs not.
   */
  'keys.add': method({
    access: 'anyone',
    params: z.strictObject({ key: keyText, name: keyName.optional() }),
    result: z.object({ keyId, name: sentence, file: sentence, changed: z.boolean() }),
  }),

  /**
   * Trusts the key that a manifest brings along in `publisher.keys` and is signed with, and binds its skill to it. `keyId` is the one
   * that the person was shown.
   */
  'keys.trust': method({
    access: 'anyone',
    params: z.strictObject({
      manifestPath: absolutePath,
      manifest: z.base64().max(MAX_MANIFEST_BASE64),
      keyId,
      name: keyName.optional(),
    }),
    result: z.object({ keyId, name: sentence, skill: sentence, file: sentence.nullable(), changed: z.boolean() }),
  }),

  /** Trusts a key no longer. */
  'keys.remove': method({
    access: 'anyone',
    params: z.strictObject({ keyId }),
    result: z.object({ files: z.array(sentence).max(1024) }),
  }),

  /** Nothing that the key has signed or will sign counts any more, whoever trusts it. */
  'keys.revoke': method({
    access: 'anyone',
    params: z.strictObject({ keyId, reason: z.string().min(1).max(256) }),
    result: revokedKey.extend({ file: sentence.nullable(), changed: z.boolean() }),
  }),

  /** Forgets which key and version a skill is bound to, for the caller; for root: for everyone, or for `owner`. */
  'keys.repin': method({
    access: 'anyone',
    params: z.strictObject({ skill: z.string().min(1).max(128), owner: uid.optional() }),
    result: z.object({ forgotten: z.int().min(0) }),
  }),

  /** Questions that wait for an answer, and the answers in force. */
  'approvals.list': method({
    access: 'own',
    params: nothing,
    result: z.object({ approvals: z.array(approvalRequest).max(65_536), grants: z.array(grant).max(16_384) }),
    narrow: ({ approvals, grants }, owner) => ({
      approvals: approvals.filter((each) => each.owner === owner),
      grants: grants.filter((each) => each.owner === owner),
    }),
  }),

  /** From here on this connection can answer: as long as it lasts, calls of its user's agents are held instead of refused. */
  'approvals.attend': method({ access: 'anyone', params: nothing, result: z.object({}) }),

  /**
   * Answers a question with one of its options. Allowing needs root, or that polkit lets the person prove who they are; from the
   * installed desktop app a click is enough, but for `allow-rule`.
   */
  'approvals.decide': method({
    access: 'anyone',
    params: z.strictObject({ id: approvalId, option: approvalOption }),
    result: z.object({
      /** `allowed` for a refused call: its next attempt is let through. */
      outcome: approvalOutcome,
      /** A grant that the answer left behind. */
      grant: grant.nullable(),
    }),
  }),

  /** Takes a grant back. What was done under it stays done. */
  'approvals.revoke': method({
    access: 'anyone',
    params: z.strictObject({ grant: grantId }),
    result: z.object({}),
  }),

  /** A page of the evidence log, in order. `next` is what to pass as `afterSeq` for the following one. */
  'audit.query': method({
    access: 'own',
    params: auditFilter.extend({
      /** Only records after this one; 0: from the start. Absent: the last `limit` ones. */
      afterSeq: z.int().min(0).optional(),
      limit: z.int().min(1).max(MAX_PAGE_ENTRIES),
    }),
    result: z.object({ entries: z.array(auditEntry).max(MAX_PAGE_ENTRIES), next: recordNumber.nullable() }),
    narrow: (result, owner) => ({ ...result, entries: result.entries.filter((each) => each.owner === owner) }),
  }),

  /** One record. */
  'audit.get': method({
    access: 'own',
    params: z.strictObject({ seq: recordNumber }),
    result: auditEntry,
    narrow: (result, owner) => (result.owner === owner ? result : undefined),
  }),

  /** Walks the whole log and checks chain, tree and checkpoints. Tells counts, no content. */
  'audit.verify': method({ access: 'anyone', params: nothing, result: verification }),

  /** From here on the connection gets `decision` events. Records after `lastSeq` come as events. */
  'audit.subscribe': method({
    access: 'anyone',
    params: auditFilter,
    result: z.object({ lastSeq: z.int().min(0) }),
  }),

  /** Manifests that come with Ringfence for agents that people know, and which of them are installed. */
  'starters.list': method({
    access: 'anyone',
    params: nothing,
    result: z.object({ starters: z.array(starter).max(256) }),
  }),

  /**
   * Has a starter signed by this machine's key and put where `ringfence run` finds it without `--manifest`. An administrator authorises
   * it by polkit, each time; root needs not.
   */
  'starters.install': method({
    access: 'anyone',
    params: z.strictObject({ id: starterId }),
    result: z.object({ path: absolutePath, version: sentence }),
  }),

  /** Takes an installed starter away: its agent is started without a manifest no more. */
  'starters.remove': method({
    access: 'anyone',
    params: z.strictObject({ id: starterId }),
    result: z.object({ path: absolutePath }),
  }),

  /** What is set for agents and for the machine. */
  'mode.list': method({ access: 'anyone', params: nothing, result: modeSettings }),

  /**
   * Sets how strictly an agent, by the name of its program, or with null every agent of the machine is held to its manifest; sessions
   * that run follow at once. Except to `enforce`, an administrator authorises it by polkit, each time; root needs not.
   */
  'mode.set': method({
    access: 'anyone',
    params: z.strictObject({
      agent: agentName.nullable(),
      mode: z.union([mode, z.literal('unset')]),
      /** Over by itself then, and held to the rules; left out: until it is changed. */
      seconds: z.int().min(1).max(MAX_MODE_SECONDS).optional(),
    }),
    result: modeSettings,
  }),

  /** What people's programs that are no agents are held to. */
  'everyone.get': method({ access: 'anyone', params: nothing, result: everyoneState }),

  /**
   * Sets how strictly they are held. Except to `enforcing`, and but for what takes something back, an administrator authorises each
   * change of these by polkit, each time; root needs not.
   */
  'everyone.setStage': method({
    access: 'anyone',
    params: z.strictObject({
      stage: everyoneStage,
      /** Over by itself then, and enforced; left out: a day of learning, audit until it is changed. */
      seconds: z.int().min(1).max(MAX_STAGE_SECONDS).optional(),
    }),
    result: everyoneState,
  }),

  /** An answer for a location in place of the catalogue's, for every program that is neither trusted nor accepted. */
  'everyone.override': method({
    access: 'anyone',
    params: z.strictObject({ location: catalogueName, others: z.union([othersAnswer, z.literal('unset')]) }),
    result: everyoneState,
  }),

  /** Lets a program of root's into a location, or into all of them. What waits for it in inboxes is gone. */
  'everyone.accept': method({
    access: 'anyone',
    params: z.strictObject({ program: absolutePath, location: acceptedProgram.shape.location }),
    result: everyoneState,
  }),

  /** Takes that back: at one location, or left out, wherever it was accepted. */
  'everyone.revoke': method({
    access: 'anyone',
    params: z.strictObject({ program: absolutePath, location: acceptedProgram.shape.location.optional() }),
    result: everyoneState,
  }),

  /** Which of the caller's programs were stopped, or would have been. */
  'everyone.inbox': method({
    access: 'own',
    params: nothing,
    result: inbox,
    narrow: (result, owner) => ({ ...result, entries: result.entries.filter((each) => each.uid === owner) }),
  }),

  /** Takes an entry out of the inbox and leaves everything as it is. It comes back once what was let through is stopped. */
  'everyone.dismiss': method({
    access: 'anyone',
    params: z.strictObject({ id: inboxEntry.shape.id }),
    result: z.object({}),
  }),

  /** How the helper is. */
  status: method({
    access: 'anyone',
    params: nothing,
    result: z.object({
      helperVersion: sentence,
      startedAt: timestamp,
      enforcement,
      /** Kernel events reported and lost since the machine started, and records in the log. */
      events: z.int().min(0),
      droppedEvents: z.int().min(0),
      /** Answers of name servers, or parts of them, that came faster than they were read: what they say is unknown. Since then too. */
      lostAnswers: z.int().min(0),
      /** Programs that nobody looked at when they were executed: any may be an agent. */
      lostRecognitions: z.int().min(0).optional(),
      modes: modeSettings.optional(),
      everyone: everyoneState.optional(),
      records: z.int().min(0),
    }),
  }),

  /** The self-test, of the running helper. */
  doctor: method({ access: 'anyone', params: nothing, result: diagnosis }),
} as const;

/** The one method of the socket that agents may use: it answers for the caller's own session alone. */
export const WHY = {
  params: z.strictObject({ limit: z.int().min(1).max(20).default(5) }),
  result: z.object({ session: sessionId, refusals: z.array(refusalCause).max(20) }),
} as const;

export type MethodName = keyof typeof METHODS;

/** What the handler gets: parsed parameters. */
export type Params<M extends MethodName> = z.output<(typeof METHODS)[M]['params']>;

/** What the caller passes: the same, without brands. */
export type ParamsInput<M extends MethodName> = z.input<(typeof METHODS)[M]['params']>;

export type MethodResult<M extends MethodName> = z.output<(typeof METHODS)[M]['result']>;

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}
