/** The policies that wait for agents nobody has written a manifest for: one for each person, whichever agent it is. */
import { createHash } from 'node:crypto';
import { canonicalBytes } from '../../core/manifest/index.ts';
import { AGENTS } from '../../core/policy/agents.ts';
import { compile } from '../../core/policy/compile.ts';
import { type DelegatedPolicy, delegatedPolicies, numberAfter } from '../../core/policy/delegated-rights.ts';
import { recognisedPolicy } from '../../core/policy/recognised-policy.ts';
import { firstBaseRule } from '../../core/policy/undeclared.ts';
import type { WaitingDescription } from '../audit/options.ts';
import type { Guard } from '../kernel/guard.ts';
import type { PolicySettings } from '../kernel/layout.ts';
import { GENERATION } from '../kernel/policy-store.ts';
import type { Waiting } from '../kernel/recognition-store.ts';
import { type Account, people, readAccounts } from './accounts.ts';
import { RecognitionBook, type RecognitionPage, type WaitingPolicy } from './recognition-book.ts';

const POLICY = recognisedPolicy();
const SETTINGS: PolicySettings = {
  onViolation: POLICY.onViolation,
  undeclared: POLICY.undeclared,
  limits: POLICY.limits,
  firstBaseRule: firstBaseRule(POLICY),
};

export class WaitingPolicies {
  readonly #guard: Guard;
  readonly #book: RecognitionBook;
  readonly #build: string;
  #page: RecognitionPage | null = null;
  #placedFor = '';

  constructor(guard: Guard, bookDirectory: string, build: string) {
    this.#guard = guard;
    this.#book = new RecognitionBook(bookDirectory);
    this.#build = build;
  }

  /** Counts what an earlier run has put in force. Before anything else is put there. */
  adopt(): void {
    this.#page = this.#book.read();
    if (!this.#page) return;
    this.#guard.policies.adopt(this.#page.automaton);
    for (const { placement, delegated } of this.#page.policies) {
      this.#guard.policies.adopt(placement);
      this.#guard.delegations.adopt(placement.policy, delegated);
    }
  }

  /**
   * Puts policies for the people and mounts of the machine in force, unless the same build has before. False: they were so at the last
   * call. Throws PolicyStoreFull or KernelError.
   */
  place(): boolean {
    const accounts = people(readAccounts());
    const from = JSON.stringify([this.#build, accounts, this.#guard.mounts]);
    if (from === this.#placedFor) return false;
    this.#guard.interpreters.refresh();
    if (this.#page?.from !== from) this.#replace(accounts, from);
    this.#placedFor = from;
    return true;
  }

  #replace(accounts: readonly Account[], from: string): void {
    const { recognition, mounts } = this.#guard;
    const tables = compile(POLICY, mounts);
    if (!tables.ok) throw new Error(tables.error.message);
    // a helper that dies meanwhile leaves the next one to do it again
    if (this.#page) this.#book.write({ ...this.#page, from: '' });
    const homes = [...new Set(accounts.map(({ home }) => home))];
    const automaton = recognition.place(homes, mounts, this.#page?.automaton ?? null);
    const known = this.#page?.policies ?? [];
    const current = accounts.map((account) => this.#policyFor(account, tables.value, known));
    // sessions of those who are gone may go on
    const policies = [...current, ...known.filter((old) => !current.some((one) => isFor(old, one)))];
    this.#page = { from, automaton, policies };
    this.#book.write(this.#page);
  }

  /** From here on agents are recognised, and held to what was placed. */
  begin(): void {
    const accounts = people(readAccounts());
    const page = this.#page;
    if (page)
      this.#guard.recognition.begin(
        page.automaton,
        page.policies.filter((policy) => accounts.some((one) => isFor(policy, one))).flatMap(waitingFor),
      );
  }

  /** What is in force, for the evidence log. */
  descriptions(): WaitingDescription[] {
    return (this.#page?.policies ?? []).map((policy) => this.#describe(policy));
  }

  /** What waits for the agents of a user; null: none of theirs is recognised. */
  of(uid: number): { readonly policy: number; readonly generation: number } | null {
    const found = this.#page?.policies.find((one) => one.uid === uid);
    return found ? { policy: found.placement.policy, generation: GENERATION } : null;
  }

  /** What is said about the sessions under a policy; null: it is none that waits. */
  describe(policy: number): WaitingDescription | null {
    const found = this.#page?.policies.find(({ placement }) => placement.policy === policy);
    return found ? this.#describe(found) : null;
  }

  homes(): string[] {
    return [...new Set((this.#page?.policies ?? []).map(({ home }) => home))];
  }

  #policyFor(
    { uid, home }: Account,
    tables: Parameters<Guard['policies']['install']>[0],
    known: readonly WaitingPolicy[],
  ): WaitingPolicy {
    const { policies, delegations, mounts, locations, programs } = this.#guard;
    const ground = { mounts, locations: locations.filter(({ path }) => path.startsWith(`${home}/`)) };
    const rights = rightsIn(home);
    const old = known.find((one) => isFor(one, { uid, home }));
    if (old) {
      const placement = policies.replace(old.placement, tables, SETTINGS);
      return { uid, home, placement, delegated: delegations.replace(placement.policy, rights, old.delegated, ground) };
    }
    const placement = policies.install(tables, SETTINGS);
    programs.refresh();
    return { uid, home, placement, delegated: delegations.install(placement.policy, rights, ground) };
  }

  #describe({ uid, home, placement }: WaitingPolicy): WaitingDescription {
    const own = POLICY.paths.map(({ id, origin: { pointer, text } }) => ({ id, pointer, text }));
    const delegated = rightsIn(home).flatMap(({ policy }) =>
      policy.paths.map(({ id, origin: { pointer, text } }) => ({ id, pointer, text })),
    );
    return {
      policy: placement.policy,
      owner_uid: uid,
      policy_sha256: createHash('sha256').update(canonicalBytes(POLICY)).digest('hex'),
      rules: [...own, ...delegated],
      locations: this.#guard.locations.map(({ id, name }) => ({ id, name })),
    };
  }
}

function isFor({ uid, home }: WaitingPolicy, account: Account): boolean {
  return account.uid === uid && account.home === home;
}

function waitingFor({ uid, placement }: WaitingPolicy): Waiting[] {
  return AGENTS.map(({ number }) => ({ uid, agent: number, policy: placement.policy, generation: GENERATION }));
}

function rightsIn(home: string): DelegatedPolicy[] {
  return delegatedPolicies(home, numberAfter(POLICY.paths));
}
