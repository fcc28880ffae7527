import { z } from 'zod';
import { STAGE_LABELS } from '../policy/everyone-words.ts';
import { OTHERS_ANSWERS } from '../policy/others-answers.ts';
import { PATH_OPERATIONS } from '../policy/vocabulary.ts';
import { absolutePath, sentence, timestamp, uid } from './scalars.ts';

/** The guard for everyone else: what people's programs that are no agents may do in sensitive places. */

/**
 * `learning`: what `ask` and `deny` would stop is let through and noted, until its time is over; then `enforcing`, by itself.
 * `audit`: the same because an administrator has said so, for a time or until it is changed.
 */
export const EVERYONE_STAGES = ['learning', 'enforcing', 'audit'] as const;
export const everyoneStage = z.enum(EVERYONE_STAGES);
export type EveryoneStage = z.infer<typeof everyoneStage>;

/** `ask`: stopped at once, and put into the inbox. `deny`: stopped without being offered. */
export const othersAnswer = z.enum(OTHERS_ANSWERS);

/** A location of the catalogue. */
export const catalogueName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** An administrator's answer for a location in place of the catalogue's. */
export const everyoneOverride = z.object({ location: catalogueName, others: othersAnswer });
export type EveryoneOverride = z.infer<typeof everyoneOverride>;

/** A program of root's that nobody else can write, named without links; a script by its own file. `*`: every location. */
export const acceptedProgram = z.object({
  program: absolutePath,
  location: z.union([catalogueName, z.literal('*')]),
  since: timestamp,
  by: uid,
});
export type AcceptedProgram = z.infer<typeof acceptedProgram>;

export const MAX_OVERRIDES = 512;
export const MAX_ACCEPTED = 1024;

/** What is to be in force now: a stage whose time is over is `enforcing` here already. */
export const everyoneSettings = z.object({
  stage: everyoneStage,
  since: timestamp,
  /** When the stage is over at the latest; null: when it is changed. */
  until: timestamp.nullable(),
  overrides: z.array(everyoneOverride).max(MAX_OVERRIDES),
  accepted: z.array(acceptedProgram).max(MAX_ACCEPTED),
});
export type EveryoneSettings = z.infer<typeof everyoneSettings>;

/** A program that is neither trusted nor accepted has touched a place whose answer is `ask`, `deny` or `audit`. */
export const everyoneSighting = z.object({
  program: absolutePath,
  /** The script that `program` runs, by its own path. */
  script: absolutePath.optional(),
  uid,
  location: catalogueName,
  operation: z.enum(PATH_OPERATIONS),
  /** `audit`: it was let through. */
  verdict: z.enum(['block', 'audit']),
  /** How often, from `firstAt` to `lastAt`. */
  count: z.int().min(1),
  firstAt: timestamp,
  lastAt: timestamp,
});
export type EveryoneSighting = z.infer<typeof everyoneSighting>;

/** What waits in a person's inbox: the sightings of one program at one location. */
export const inboxEntry = everyoneSighting.omit({ operation: true }).extend({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  operations: z.array(z.enum(PATH_OPERATIONS)).min(1).max(PATH_OPERATIONS.length),
  /** Seen while learning: a proposal for what to accept. */
  learnt: z.boolean(),
  /** Why the program cannot be accepted, with the remedy; absent: it can. */
  obstacle: sentence.optional(),
});
export type InboxEntry = z.infer<typeof inboxEntry>;

/** Entries of one person; beyond that those seen longest ago are forgotten, though not by the evidence log. */
export const MAX_INBOX = 256;

export const inbox = z.object({
  /** Those seen last come first. */
  entries: z.array(inboxEntry).max(4096),
  /** Others that are forgotten, or too many for one answer. */
  more: z.int().min(0),
});
export type Inbox = z.infer<typeof inbox>;
export const NO_INBOX: Inbox = { entries: [], more: 0 };

/** Longest time that learning or audit can be set for, in seconds: a week. */
export const MAX_STAGE_SECONDS = 7 * 24 * 3600;
/** How long a machine that is new to the guard learns. */
export const LEARNING_SECONDS = 24 * 3600;

/** The settings, and whether the kernel goes by them. */
export const everyoneState = everyoneSettings.extend({
  /** Why nobody is held to them; null: everybody is. */
  trouble: sentence.nullable(),
});
export type EveryoneState = z.infer<typeof everyoneState>;

/** `weak`: not everybody is held everywhere. Only `held` may ever look safe. */
export interface EveryoneInWords {
  readonly grade: 'held' | 'weak' | 'not-held';
  readonly words: string;
}

/** `LEARNING: not enforcing yet, until 2026-01-02T00:00:00Z`. */
export function everyoneInWords({ stage, until, overrides, trouble }: EveryoneState): EveryoneInWords {
  if (trouble !== null) return { grade: 'not-held', words: `NOT ENFORCING: ${trouble}` };
  if (stage !== 'enforcing') {
    const end = until === null ? 'until it is changed' : `until ${until}`;
    return { grade: 'weak', words: `${STAGE_LABELS[stage]}, ${end}` };
  }
  const open = overrides.filter(({ others }) => others === 'allow' || others === 'audit');
  if (open.length === 0) return { grade: 'held', words: STAGE_LABELS.enforcing };
  const named = open.slice(0, 3).map(({ location }) => location);
  const more = open.length > named.length ? ` and ${open.length - named.length} more` : '';
  return { grade: 'weak', words: `${STAGE_LABELS.enforcing}, NOT at ${named.join(', ')}${more}` };
}
