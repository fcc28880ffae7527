/** People's inboxes as the helper keeps them: filled by the kernel's sightings, told of in batches, written down now and then. */

import { type ProtocolError, protocolError } from '../../core/protocol/errors.ts';
import type { HelperEvent } from '../../core/protocol/events.ts';
import { type EveryoneSighting, everyoneSighting } from '../../core/protocol/everyone.ts';
import type { MethodResult, Params } from '../../core/protocol/methods.ts';
import type { Uid } from '../../core/protocol/scalars.ts';
import { failure, type Result, success } from '../../core/result.ts';
import { isRoot, type Peer } from '../control/peer.ts';
import type { acceptableProgram } from './acceptable.ts';
import { EMPTY_INBOX, PeoplesInbox } from './inbox.ts';
import type { InboxFile } from './inbox-file.ts';

/** As much as a message carries of one sentence; a path in it may be as long as that. */
const MOST_SAID = 4096;

export interface InboxesOptions {
  readonly file: Pick<InboxFile, 'read' | 'write'>;
  readonly acceptable: typeof acceptableProgram;
  readonly tell: (happened: HelperEvent) => void;
  readonly onTrouble: (message: string) => void;
}

export class Inboxes {
  readonly #options: InboxesOptions;
  readonly #inbox: PeoplesInbox;
  readonly #changed = new Set<Uid>();
  #isUnwritten = false;

  constructor(options: InboxesOptions) {
    this.#options = options;
    const read = options.file.read();
    if (!read.ok) options.onTrouble(`${read.error}: the inboxes begin empty`);
    this.#inbox = new PeoplesInbox(read.ok ? read.value : EMPTY_INBOX);
  }

  /** What the kernel has seen; false for what cannot be shown to anybody. */
  add(seen: EveryoneSighting, learning: boolean): boolean {
    const sighting = everyoneSighting.safeParse(seen);
    if (!sighting.success) return false;
    this.#inbox.add(sighting.data, learning);
    this.#note([sighting.data.uid]);
    return true;
  }

  list(peer: Peer): MethodResult<'everyone.inbox'> {
    const known = new Map<string, string | undefined>();
    return this.#inbox.list(isRoot(peer) ? null : peer.uid, (program) => {
      if (!known.has(program)) known.set(program, this.#obstacleOf(program));
      return known.get(program);
    });
  }

  dismiss({ id }: Params<'everyone.dismiss'>, peer: Peer): Result<MethodResult<'everyone.dismiss'>, ProtocolError> {
    const owner = this.#inbox.dismiss(id, isRoot(peer) ? null : peer.uid);
    if (owner === null) return failure(protocolError('not-found', 'there is no such entry in your inbox'));
    this.#note([owner]);
    return success({});
  }

  /** What these entries waited for has been allowed. */
  settle(isSettled: Parameters<PeoplesInbox['settle']>[0]): void {
    this.#note(this.#inbox.settle(isSettled));
  }

  tellChanges(): void {
    for (const owner of this.#changed) this.#options.tell({ event: 'inbox.changed', data: { owner } });
    this.#changed.clear();
  }

  write(): void {
    if (!this.#isUnwritten) return;
    this.#isUnwritten = false;
    try {
      this.#options.file.write(this.#inbox.stored());
    } catch (problem) {
      this.#options.onTrouble(`the inboxes could not be written: ${String(problem)}`);
    }
  }

  #note(owners: readonly Uid[]): void {
    for (const owner of owners) this.#changed.add(owner);
    this.#isUnwritten ||= owners.length > 0;
  }

  #obstacleOf(program: string): string | undefined {
    const found = this.#options.acceptable(program);
    return found.ok ? undefined : `${found.error.message}. ${found.error.remedy}`.slice(0, MOST_SAID);
  }
}
