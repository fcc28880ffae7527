/** Somebody who sits at the helper's socket as root: sets how everyone else is held, and reads every inbox. */
import { connect, type HelperClient } from '../../../client/index.ts';
import type { EveryoneState, InboxEntry, EveryoneSighting as Sighting } from '../../../core/protocol/everyone.ts';
import { sightingIn } from '../../../helper/everyone/sightings.ts';
import { records, until } from '../installed.ts';

const TOLD_WITHIN_MS = 60_000;

export class Administrator {
  readonly #client: HelperClient;
  #from = '';

  private constructor(client: HelperClient) {
    this.#client = client;
  }

  static async arrive(): Promise<Administrator> {
    const connected = await connect({ client: { name: 'administrator', version: '1' } });
    if (!connected.ok) throw new Error(connected.error.message);
    return new Administrator(connected.value);
  }

  leave(): void {
    this.#client.close();
  }

  async set(stage: EveryoneState['stage'], seconds?: number): Promise<void> {
    const said = await this.#client.call('everyone.setStage', { stage, ...(seconds === undefined ? {} : { seconds }) });
    if (!said.ok) throw new Error(said.error.message);
  }

  async state(): Promise<EveryoneState> {
    const said = await this.#client.call('everyone.get', {});
    if (!said.ok) throw new Error(said.error.message);
    return said.value;
  }

  /** The error's words; null: it is accepted. */
  async accept(program: string, location: string): Promise<string | null> {
    const said = await this.#client.call('everyone.accept', { program, location });
    return said.ok ? null : said.error.message;
  }

  /** Everybody's, as far as something was seen since `lookFromNow`. */
  async inbox(): Promise<readonly InboxEntry[]> {
    const said = await this.#client.call('everyone.inbox', {});
    if (!said.ok) throw new Error(said.error.message);
    return said.value.entries.filter(({ lastAt }) => lastAt >= this.#from);
  }

  /** What the evidence log has of everyone else since then. */
  log(): readonly Sighting[] {
    const seen = records().flatMap((record) => sightingIn(record as never) ?? []);
    return seen.filter(({ lastAt }) => lastAt >= this.#from);
  }

  lookFromNow(): void {
    this.#from = new Date().toISOString();
  }

  /** As it is once it says something; a helper that is emulated is seconds behind. */
  async inboxWith(says: (entries: readonly InboxEntry[]) => boolean): Promise<readonly InboxEntry[]> {
    let entries = await this.inbox();
    for (const end = Date.now() + TOLD_WITHIN_MS; Date.now() < end && !says(entries); entries = await this.inbox())
      await until(() => false, 500);
    return entries;
  }
}
