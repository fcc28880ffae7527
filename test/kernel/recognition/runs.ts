/** Runs as the user, and what the evidence log says of them. */
import { asDev, records, type Said, sleep, until } from '../installed.ts';

export const PATH = `/home/dev/.nvm/versions/node/v26/bin:/home/dev/.local/bin:/usr/bin:/bin`;
/** A helper that is emulated writes a record within seconds. */
const ON_RECORD_MS = 30_000;
/** A second session of the same run would be on record by then. */
const SETTLED_MS = 400;

export interface Begun {
  readonly session: string;
  readonly skill_id: string | null;
  readonly pid: number;
  readonly path: string;
}

/** Every agent that was recognised so far. */
export function begun(): Begun[] {
  return records().filter(({ kind }) => kind === 'session.recognised') as unknown as Begun[];
}

export function run(command: readonly string[]): Said {
  return asDev(['env', `PATH=${PATH}`, ...command]);
}

/** What a command says, and the agents that were recognised in it. */
export async function recognisedIn(
  command: readonly string[],
  expected: number,
): Promise<{ said: Said; found: Begun[] }> {
  const before = begun().length;
  const said = run(command);
  if (expected > 0) await until(() => begun().length >= before + expected, ON_RECORD_MS);
  await sleep(SETTLED_MS);
  return { said, found: begun().slice(before) };
}
