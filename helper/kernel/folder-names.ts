/** What is in folders that are asked again and again, where most of what is asked for is not there. */
import { readdirSync, statSync } from 'node:fs';

const NS_PER_MS = 1_000_000n;
/** What comes within the same tick of a filesystem's clock would not be told from what was there. */
const SETTLED_NS = 2_000_000_000n;

const NOTHING: ReadonlySet<string> = new Set();

export class FolderNames {
  readonly #seen = new Map<string, { readonly state: string; readonly names: ReadonlySet<string> }>();

  /** Names in a folder, read again only where something came into it or went; none where there is no such folder. @throws what readdir(3) does else */
  in(folder: string): ReadonlySet<string> {
    const now = statSync(folder, { bigint: true, throwIfNoEntry: false });
    if (!now?.isDirectory()) return NOTHING;
    // another one in its place has not changed since
    const state = `${now.dev} ${now.ino} ${now.ctimeNs}`;
    const seen = this.#seen.get(folder);
    if (seen?.state === state) return seen.names;
    const names = new Set(readdirSync(folder));
    const isSettled = BigInt(Date.now()) * NS_PER_MS - now.ctimeNs > SETTLED_NS;
    if (isSettled) this.#seen.set(folder, { state, names });
    else this.#seen.delete(folder);
    return names;
  }
}
