/** Who is there to be asked: without anyone, calls are refused at once instead of held. Root attends for everyone. */
import type { Uid } from '../../core/protocol/scalars.ts';
import type { HeldCallTables } from '../kernel/held-call.ts';
import type { AskingSession } from './asking-session.ts';

const ROOT = 0;

export class Attendance {
  readonly #tables: Pick<HeldCallTables, 'attend'>;
  readonly #present = new Map<number, number>();
  readonly #sessions = new Map<bigint, AskingSession>();

  constructor(tables: Pick<HeldCallTables, 'attend'>) {
    this.#tables = tables;
  }

  /** Counts one more connection of this user that can answer; the answer takes it back. */
  arrive(uid: Uid): () => void {
    this.#count(uid, 1);
    let here = true;
    return () => {
      if (here) this.#count(uid, -1);
      here = false;
    };
  }

  begin(session: AskingSession): void {
    this.#sessions.set(session.number, session);
    this.#update(session);
  }

  end(session: bigint): void {
    if (this.#sessions.delete(session)) this.#tables.attend(session, null);
  }

  #count(uid: Uid, change: number): void {
    this.#present.set(uid, (this.#present.get(uid) ?? 0) + change);
    for (const session of this.#sessions.values()) if (uid === ROOT || session.owner === uid) this.#update(session);
  }

  #update(session: AskingSession): void {
    const attended = (this.#present.get(session.owner) ?? 0) + (this.#present.get(ROOT) ?? 0) > 0;
    this.#tables.attend(session.number, attended ? session.holdNs : null);
  }
}
