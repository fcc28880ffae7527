/** What waits in people's inboxes: which programs were stopped at which location, or would have been. Bounded, whoever fills it. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type EveryoneSighting,
  type Inbox,
  type InboxEntry,
  inboxEntry,
  MAX_INBOX,
} from '../../core/protocol/everyone.ts';
import type { Uid } from '../../core/protocol/scalars.ts';

const stored = inboxEntry
  .omit({ obstacle: true })
  .extend({
    /** Its person wants to see it no more; `audit`: unless it is stopped one day. */
    dismissed: z.enum(['block', 'audit']).nullable(),
  })
  .strict();
type Stored = z.output<typeof stored>;

export const storedInbox = z.strictObject({
  v: z.literal(1),
  entries: z.array(stored).max(1024),
  /** How many of a person's had to go, by uid. */
  forgotten: z.record(z.string().regex(/^\d{1,10}$/), z.int().min(0)),
});
export type StoredInbox = z.output<typeof storedInbox>;

export const EMPTY_INBOX: StoredInbox = { v: 1, entries: [], forgotten: {} };

/** Of all people together. */
const MAX_ENTRIES = 1024;
/** Bytes of JSON in one answer, well below what a message may have: names can be long, and their bytes dear. */
const MAX_ANSWER = 1024 * 1024;

export class PeoplesInbox {
  readonly #entries = new Map<string, Stored>();
  readonly #forgotten = new Map<string, number>();

  constructor({ entries, forgotten }: StoredInbox) {
    for (const entry of entries) this.#entries.set(entry.id, entry);
    for (const [uid, count] of Object.entries(forgotten)) this.#forgotten.set(uid, count);
  }

  stored(): StoredInbox {
    return { v: 1, entries: [...this.#entries.values()], forgotten: Object.fromEntries(this.#forgotten) };
  }

  add(sighting: EveryoneSighting, learning: boolean): void {
    const { operation, ...seen } = sighting;
    const id = idOf(sighting);
    const known = this.#entries.get(id);
    const learnt = learning && sighting.verdict === 'audit';
    if (known === undefined) {
      this.#entries.set(id, { ...seen, id, operations: [operation], learnt, dismissed: null });
      this.#makeRoom(sighting.uid);
      return;
    }
    const { count, firstAt, dismissed } = known;
    const returns = dismissed === 'audit' && seen.verdict === 'block';
    // at the end: seen last
    this.#entries.delete(id);
    this.#entries.set(id, {
      ...seen,
      ...{ id, firstAt, learnt: known.learnt || learnt, dismissed: returns ? null : dismissed },
      operations: known.operations.includes(operation) ? known.operations : [...known.operations, operation],
      count: Math.min(Number.MAX_SAFE_INTEGER, count + seen.count),
    });
  }

  /** Newest first. `obstacleOf` says why a program cannot be accepted. */
  list(owner: Uid | null, obstacleOf: (program: string) => string | undefined): Inbox {
    const waiting = [...this.#entries.values()].filter((one) => isOf(one, owner) && one.dismissed === null).reverse();
    const entries: InboxEntry[] = [];
    let room = MAX_ANSWER;
    for (const { dismissed: _, ...entry } of waiting) {
      const obstacle = obstacleOf(subjectOf(entry));
      const told = obstacle === undefined ? entry : { ...entry, obstacle };
      room -= Buffer.byteLength(JSON.stringify(told));
      if (room < 0) break;
      entries.push(told);
    }
    return { entries, more: waiting.length - entries.length + this.#forgottenOf(owner) };
  }

  /** False: there is none of this person's. */
  dismiss(id: string, owner: Uid | null): Uid | null {
    const entry = this.#entries.get(id);
    if (entry === undefined || !isOf(entry, owner)) return null;
    this.#entries.set(id, { ...entry, dismissed: entry.verdict });
    return entry.uid;
  }

  /** What it waited for has been allowed. Whose inboxes have changed. */
  settle(isSettled: (entry: { readonly program: string; readonly location: string }) => boolean): Uid[] {
    const settled = [...this.#entries.values()].filter((one) =>
      isSettled({ program: subjectOf(one), location: one.location }),
    );
    for (const { id } of settled) this.#entries.delete(id);
    return [...new Set(settled.map(({ uid }) => uid))];
  }

  #makeRoom(uid: Uid): void {
    const own = [...this.#entries.values()].filter((one) => one.uid === uid);
    const crowd = own.length > MAX_INBOX ? own : this.#entries.size > MAX_ENTRIES ? this.#largest() : [];
    const gone = crowd.find(({ dismissed }) => dismissed !== null) ?? crowd[0];
    if (gone === undefined) return;
    this.#entries.delete(gone.id);
    if (gone.dismissed !== null) return;
    this.#forgotten.set(String(gone.uid), (this.#forgotten.get(String(gone.uid)) ?? 0) + 1);
  }

  /** The entries of whoever has most. */
  #largest(): Stored[] {
    const groups = Map.groupBy(this.#entries.values(), ({ uid }) => uid);
    return [...groups.values()].reduce((largest, group) => (group.length > largest.length ? group : largest), []);
  }

  #forgottenOf(owner: Uid | null): number {
    if (owner !== null) return this.#forgotten.get(String(owner)) ?? 0;
    return [...this.#forgotten.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** The file that it is known by: a script is known by its own. */
export function subjectOf({
  program,
  script,
}: {
  readonly program: string;
  readonly script?: string | undefined;
}): string {
  return script ?? program;
}

function isOf(entry: Stored, owner: Uid | null): boolean {
  return owner === null || entry.uid === owner;
}

function idOf({ uid, program, script, location }: EveryoneSighting): string {
  const whole = JSON.stringify([uid, program, script ?? null, location]);
  return createHash('sha256').update(whole).digest('hex').slice(0, 32);
}
