import { z } from 'zod';
import { answering, approvalRequest, grant } from '../../../core/protocol/approval.ts';
import { auditEntry, verification } from '../../../core/protocol/audit.ts';
import { diagnosis, enforcement } from '../../../core/protocol/enforcement.ts';
import { errorData } from '../../../core/protocol/errors.ts';
import { everyoneState, inboxEntry } from '../../../core/protocol/everyone.ts';
import { manifestView } from '../../../core/protocol/manifest.ts';
import { METHODS } from '../../../core/protocol/methods.ts';
import { modeSettings } from '../../../core/protocol/modes.ts';
import { sessionId, uid } from '../../../core/protocol/scalars.ts';
import { session } from '../../../core/protocol/session.ts';

/** A helper in a file: what it would answer. Everything may be left out. */
export const script = z.strictObject({
  helperVersion: z.string().default('0.0.0-scripted'),
  enforcement: enforcement.default({ state: 'enforcing', kernel: '6.12.0-scripted' }),
  sessions: z.array(session).default([]),
  approvals: z.array(approvalRequest).default([]),
  grants: z.array(grant).default([]),
  modes: modeSettings.default({ machine: null, agents: [] }),
  /** Left out: the helper holds nobody but agents. */
  everyone: everyoneState.optional(),
  inbox: z.array(inboxEntry).default([]),
  entries: z.array(auditEntry).default([]),
  verification: verification.default({ state: 'intact', records: 0, gaps: 0, root: '', checkpoint: null }),
  diagnosis: diagnosis.default({ state: 'enforcing', kernel: '6.12.0-scripted', checks: [] }),
  /** How `session.prepare` ends. */
  prepare: z
    .union([METHODS['session.prepare'].result, errorData.extend({ message: z.string() })])
    .default({ session: sessionId.parse('scripted-1'), skillId: 'scripted', keyName: 'tester', warnings: [] }),
  /** By session. A signed draft that its client has written to `path` shows as the file that stands there now. */
  manifests: z.record(sessionId, manifestView).default({}),
  /** Texts of key files that are trusted from the start. */
  trustedKeys: z.array(z.string()).default([]),
  /** What it takes each peer to allow something; left out: nothing of root, a password of everyone else. */
  answering: answering.optional(),
  /** How polkit ends whenever it is asked. */
  authorization: z.enum(['granted', 'refused']).default('granted'),
  /** The peers in the order in which they connect; the last one stands for all further ones. */
  peers: z
    .array(z.strictObject({ uid, session: sessionId.nullable().default(null) }))
    .min(1)
    .default([{ uid: uid.parse(0), session: null }]),
});
export type Script = z.output<typeof script>;
