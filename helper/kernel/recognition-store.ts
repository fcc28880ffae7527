/** What tells agents at their exec, in the kernel, and what each is held to that a user starts. */
import type { AgentNumber } from '../../core/policy/agents.ts';
import { recognitionTables } from '../../core/policy/recognition.ts';
import { NO_LIMITS, REFUSE_UNDECLARED } from '../../core/policy/rule.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { codeOf } from './interpreter-codes.ts';
import { encodePair, encodeU32, type PolicySettings } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import type { Placement, PolicyStore } from './policy-store.ts';

const SETTINGS: PolicySettings = {
  ...{ onViolation: 'block', undeclared: REFUSE_UNDECLARED },
  ...{ limits: NO_LIMITS, firstBaseRule: 0 },
};

/** Stands for any agent in struct rf_waiting_key. */
const ANY_AGENT = 0;

/** An agent of a user's, and the policy that waits for it. */
export interface Waiting {
  readonly uid: number;
  readonly agent: AgentNumber;
  readonly policy: number;
  readonly generation: number;
}

export class RecognitionStore {
  readonly #policies: PolicyStore;
  readonly #recognition: PinnedMap;
  readonly #waiting: PinnedMap;

  constructor(pinDirectory: string, policies: PolicyStore) {
    this.#policies = policies;
    this.#recognition = new PinnedMap(pinDirectory, 'recognition');
    this.#waiting = new PinnedMap(pinDirectory, 'waiting');
  }

  /** Puts the automaton for these homes in the place of an old one. Throws PolicyStoreFull or KernelError. */
  place(homes: readonly string[], mounts: readonly Mount[], old: Placement | null): Placement {
    const tables = recognitionTables(homes, mounts, codeOf);
    if (!tables.ok) throw new Error(tables.error.message);
    if (old) return this.#policies.replace(old, tables.value, SETTINGS);
    return this.#policies.install(tables.value, SETTINGS);
  }

  /** From here on what a user executes is looked at: the agents of `waiting`, and no others. */
  begin({ policy }: Placement, waiting: readonly Waiting[]): void {
    const current = new Set<string>();
    const put = (key: Uint8Array, value: Uint8Array) => {
      current.add(Buffer.from(key).toString('base64'));
      this.#waiting.set(key, value);
    };
    for (const { uid, agent, policy: own, generation } of waiting)
      put(encodePair(uid, agent), encodePair(own, generation));
    for (const uid of new Set(waiting.map((one) => one.uid))) put(encodePair(uid, ANY_AGENT), encodePair(0, 0));
    const gone = this.#waiting.keys().filter((key) => !current.has(Buffer.from(key).toString('base64')));
    this.#waiting.deleteMany(Buffer.concat(gone));
    this.#recognition.set(encodeU32(0), encodePair(policy, 0));
  }
}
