import { z } from 'zod';
import { MAX_SESSION_SKILLS, MAX_SHOWN_ARGUMENT_LENGTH, MAX_SHOWN_ARGUMENTS } from './limits.ts';
import { mode } from './modes.ts';
import { absolutePath, pid, sentence, sessionId, timestamp, uid } from './scalars.ts';

/** A command line as it is shown to people; the caller shortens what exceeds the bounds. */
export const shownCommand = z.array(z.string().max(MAX_SHOWN_ARGUMENT_LENGTH)).min(1).max(MAX_SHOWN_ARGUMENTS);

/** One run of an agent: its process tree, and what it is held to. */
export const session = z.object({
  id: sessionId,
  /** The user who started it. Only this user and root see it. */
  owner: uid,
  skillId: sentence,
  skillVersion: sentence,
  keyName: sentence,
  manifestPath: absolutePath,
  workingDirectory: absolutePath,
  command: shownCommand,
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  /** Processes alive, the first one first. */
  pids: z.array(pid).max(16_384),
  /** How strictly it is held to its rules now. A helper that does not say enforces. */
  mode: mode.optional(),
  /** When that is over; null: it holds until it is changed. */
  modeUntil: timestamp.nullable().optional(),
  /** `dropped`: a file of the skill was changed since it was bound, and what its manifest granted is gone. */
  trust: z.enum(['bound', 'dropped']).optional(),
  /** Skills of the session with manifests of their own, and the processes that are bound to each. */
  skills: z
    .array(
      z.object({
        skillId: sentence,
        skillVersion: sentence,
        keyName: sentence,
        manifestPath: absolutePath,
        trust: z.enum(['bound', 'dropped']),
        pids: z.array(pid).max(16_384),
      }),
    )
    .max(MAX_SESSION_SKILLS)
    .optional(),
  /**
   * Nobody's word began the session, but what was executed: it has no manifest, and `manifestPath` is what was executed. Protected places are
   * closed to it, all else is recorded.
   */
  recognised: z
    .object({
      /** What people call the agent. */
      agent: sentence,
      /** `late`: it ran before it was found, so what it did before nobody knows. */
      since: z.enum(['exec', 'late']),
    })
    .optional(),
  /** Calls refused so far. */
  blocks: z.int().min(0),
});
export type Session = z.infer<typeof session>;
