/** What is on record of a session's proxy. What it has refused: each once in a while, however often it is tried. */
import type { RecordDraft } from '../audit/options.ts';
import type { TunnelRefusal } from '../proxy/tunnel.ts';

/** Milliseconds within which a refusal is not told again. */
const WINDOW_MS = 60_000;
/** Different ones within it that are told; the last says that there were more. */
const MOST_TOLD = 100;

export type ProxyOwner = { readonly session: string; readonly skillId: string; readonly owner: number };

/** Until it is back the session reaches no names. */
export function proxyLost({ session, skillId, owner }: ProxyOwner, why: string): RecordDraft {
  return { kind: 'proxy.lost', session, skill_id: skillId, owner_uid: owner, message: `the session’s proxy: ${why}` };
}

/** Gives the record to write, or null when there is nothing new. */
export function proxyRefusals(
  { session, skillId, owner }: ProxyOwner,
  nowMs: () => number = () => performance.now(),
): (refusal: TunnelRefusal) => RecordDraft | null {
  let since = nowMs();
  let told = new Set<string>();
  return ({ host, port, message }) => {
    if (nowMs() - since > WINDOW_MS) {
      since = nowMs();
      told = new Set();
    }
    const key = `${host}\0${port}\0${message}`;
    if (told.has(key) || told.size >= MOST_TOLD) return null;
    told.add(key);
    const more = told.size === MOST_TOLD ? ' (more refusals of this minute are not told)' : '';
    return {
      ...{ kind: 'proxy.refused', session, skill_id: skillId, owner_uid: owner, action: 'connect', verdict: 'block' },
      message: `${host}:${port}: ${message}${more}`,
    };
  };
}
