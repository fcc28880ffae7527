/** Delegated rights in the kernel: the rules of each as a policy of its own, and which program has it in which session. */
import { compile } from '../../core/policy/compile.ts';
import { ARGUMENTS, type DelegatedPolicy, KNOWN_PROGRAMS } from '../../core/policy/delegated-rights.ts';
import type { ProtectedLocation } from '../../core/policy/locations.ts';
import { NO_LIMITS, REFUSE_UNDECLARED } from '../../core/policy/rule.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { decodeU32, encodeDelegation, encodeDelegationKey, type PolicySettings } from './layout.ts';
import { PinnedMap } from './pinned-map.ts';
import type { Placement, PolicyStore } from './policy-store.ts';

/** Plain data, so that a restarted helper can take it over. */
export interface DelegatedPlacement {
  readonly right: string;
  readonly placement: Placement;
}

const SETTINGS: PolicySettings = {
  ...{ onViolation: 'block', undeclared: REFUSE_UNDECLARED },
  ...{ limits: NO_LIMITS, firstBaseRule: 0 },
};

/** No program in particular. */
const WHOEVER = 0;

export interface Ground {
  readonly mounts: readonly Mount[];
  /** Those of the session's user. */
  readonly locations: readonly ProtectedLocation[];
}

export class Delegations {
  readonly #policies: PolicyStore;
  readonly #map: PinnedMap;
  readonly #sessions = new Set<number>();

  constructor(pinDirectory: string, policies: PolicyStore) {
    this.#policies = policies;
    this.#map = new PinnedMap(pinDirectory, 'delegations');
  }

  /** Puts rights in force for sessions under this policy. Throws PolicyStoreFull or KernelError; none is in force then. */
  install(policy: number, rights: readonly DelegatedPolicy[], ground: Ground): DelegatedPlacement[] {
    const placed: DelegatedPlacement[] = [];
    this.#sessions.add(policy);
    try {
      for (const right of rights) {
        const placement = this.#policies.install(tablesOf(right, ground), SETTINGS);
        placed.push({ right: right.right.id, placement });
        this.#map.set(holderKey(policy, right), delegationOf(right, placement, ground));
      }
      return placed;
    } catch (error) {
      this.remove(policy, rights, placed);
      throw error;
    }
  }

  /** The same rights for other mounts. */
  replace(
    policy: number,
    rights: readonly DelegatedPolicy[],
    old: readonly DelegatedPlacement[],
    ground: Ground,
  ): DelegatedPlacement[] {
    return rights.flatMap((right) => {
      const before = old.find((one) => one.right === right.right.id);
      if (!before) return [];
      const placement = this.#policies.replace(before.placement, tablesOf(right, ground), SETTINGS);
      this.#map.set(holderKey(policy, right), delegationOf(right, placement, ground));
      return [{ right: before.right, placement }];
    });
  }

  remove(policy: number, rights: readonly DelegatedPolicy[], placed: readonly DelegatedPlacement[]): void {
    for (const right of rights) this.#map.delete(holderKey(policy, right));
    for (const { placement } of placed) this.#policies.remove(placement);
    this.#sessions.delete(policy);
  }

  /** Counts rights as in force that an earlier run has put there. */
  adopt(policy: number, placed: readonly DelegatedPlacement[]): void {
    for (const { placement } of placed) this.#policies.adopt(placement);
    this.#sessions.add(policy);
  }

  /** After all that there is was adopted: removes what an earlier run left behind while it began or ended a session. */
  forgetRest(): void {
    const left = this.#map.keys().filter((key) => !this.#sessions.has(decodeU32(key)));
    this.#map.deleteMany(Buffer.concat(left));
  }
}

function tablesOf({ policy }: DelegatedPolicy, { mounts }: Ground) {
  const tables = compile(policy, mounts);
  if (!tables.ok) throw new Error(tables.error.message);
  return tables.value;
}

function numberOf(name: string): number {
  const program = KNOWN_PROGRAMS.find((one) => one.name === name);
  if (!program) throw new Error(`no program is known as ${name}`);
  return program.number;
}

function holderKey(policy: number, { right }: DelegatedPolicy): Uint8Array {
  const startedBy = right.startedBy === null ? WHOEVER : numberOf(right.startedBy);
  return encodeDelegationKey({ policy, program: numberOf(right.program), startedBy });
}

function delegationOf({ right }: DelegatedPolicy, { policy }: Placement, { locations }: Ground): Uint8Array {
  const location = locations.find(({ name }) => name === right.location)?.id ?? 0;
  return encodeDelegation({ policy, location, arguments: ARGUMENTS.indexOf(right.arguments) });
}
