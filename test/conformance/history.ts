/** Histories: what a session does under a policy, each deed a case, with what happened before it. */
import fc from 'fast-check';
import type { Told } from '../../core/names/history.ts';
import { type Ledger, NEW_SESSION, processGone, spend } from '../../core/policy/limits-ledger.ts';
import type { Policy } from '../../core/policy/rule.ts';
import type { Verdict } from '../../core/policy/vocabulary.ts';
import { answersIn } from './answers.ts';
import { type Answer, answerByRules } from './by-rules.ts';
import { carryOut, type Deed, type Outside } from './deed.ts';
import { Dice } from './dice.ts';
import type { NearMiss } from './instance.ts';
import type { Language } from './policies.ts';
import { policyIn } from './policies.ts';
import { beside, deedNear } from './propose.ts';
import { type Question, questionsOf } from './question.ts';
import { stage } from './stage.ts';
import { Tree } from './tree.ts';
import { placesOf, type World } from './world.ts';

/** `worlds`: the mounts as they are at first, and as they are later on. */
export type History = {
  readonly policy: Policy;
  readonly language: Language;
  readonly worlds: readonly [World, World];
  /** What name servers tell the session, and when. */
  readonly told: readonly Told[];
  /** Choices; the mounts change half-way. */
  readonly slots: readonly (readonly number[])[];
};

export type Case = {
  readonly world: World;
  /** What happens before it, outside of the session. */
  readonly outside: readonly Outside[];
  readonly deed: Deed;
  readonly questions: readonly Question[];
  /** One for each question, up to the first that is not allowed. */
  readonly answers: readonly Answer[];
  readonly verdict: Verdict;
  /** Processes of the session that have ended and were waited for after it. */
  readonly ended: number;
  /** How it differs from the case before it, and whether the rules answer otherwise. */
  readonly nearMiss: { readonly kind: NearMiss; readonly flips: boolean } | null;
};

const NUMBERS_IN_SLOT = 20;
const ATTEMPTS = 6;
/** Comparing what holds below two folders is dear. */
const NEAR_ATTEMPTS = { single: 10, double: 5 };
const WANTED: readonly Verdict[] = ['block', 'kill', 'block', 'kill', 'block', 'kill', 'block', 'require_approval'];
const PAUSES_MS = [0, 0, 0, 500, 15_000, 61_000];

/** Each of `slots` choices makes one or two cases. */
export function historyIn(
  worlds: fc.Arbitrary<readonly [World, World]>,
  language: Language,
  slots: number,
): fc.Arbitrary<History> {
  const number = fc.nat(251);
  const slot = fc.array(number, { minLength: NUMBERS_IN_SLOT, maxLength: NUMBERS_IN_SLOT });
  return worlds.chain((both) =>
    fc.record({
      worlds: fc.constant(both),
      language: fc.constant(language),
      // small numbers no more often than others: they are choices, not amounts
      policy: fc.noBias(policyIn([...new Set(both.flatMap(placesOf))], language)),
      told: fc.noBias(answersIn(language)),
      slots: fc.noBias(fc.array(slot, { minLength: 1, maxLength: slots, size: 'max' })),
    }),
  );
}

/** The cases of a history as the specification sees them: what it allows has happened for those that follow. */
export class Unfolding {
  readonly history: History;
  readonly #seen = new Map<Verdict, number>();
  readonly #cases: Case[] = [];
  readonly #passesTime: boolean;
  readonly #known = new Map<string, Answer>();
  #tree: Tree;
  #ledger: Ledger;
  #now = 0;

  constructor(history: History, time: 'passes' | 'stands') {
    this.history = history;
    this.#passesTime = time === 'passes';
    this.#ledger = { ...NEW_SESSION, processes: history.language.processesAtStart };
    this.#tree = new Tree(history.worlds[0].home);
    for (const names of history.worlds[0].pinned) this.#tree.make(names, 'directory');
    history.slots.forEach((numbers, index) => {
      const world = history.worlds[index < history.slots.length / 2 ? 0 : 1];
      this.#unfoldSlot(world, new Dice(numbers));
    });
  }

  get cases(): readonly Case[] {
    return this.#cases;
  }

  #unfoldSlot(world: World, dice: Dice): void {
    const pause = dice.pick(PAUSES_MS);
    if (this.#passesTime) this.#now += pause;
    const wanted = dice.pick(WANTED);
    const { policy, language, told } = this.history;
    const situation = { ...{ policy, language, told, world }, tree: this.#tree };
    const originals = Array.from({ length: ATTEMPTS }, () => deedNear(situation, dice));
    const chosen = this.#choose(
      world,
      originals.flatMap((deed) => (deed === null ? [] : [{ deed, kind: null }])),
      ({ verdict }) => verdict === wanted,
    );
    if (chosen === null) return;
    this.#do(world, chosen.deed, null);
    const attempts = NEAR_ATTEMPTS[chosen.deed.kind === 'double' ? 'double' : 'single'];
    const others = Array.from({ length: attempts }, () => beside(chosen.deed, world.home.length, dice));
    const near = this.#choose(
      world,
      others.flatMap((one) => (one === null ? [] : [one])),
      ({ verdict }) => verdict !== chosen.verdict,
    );
    if (near === null) return;
    const flips = near.verdict !== chosen.verdict;
    if (flips || dice.draw(12) === 0) this.#do(world, near.deed, { kind: near.kind, flips });
  }

  /** Of those that can be done one that is preferred, and of these the one whose verdict came up least so far. */
  #choose<Kind>(
    world: World,
    proposals: readonly { readonly deed: Deed; readonly kind: Kind }[],
    isPreferred: (one: { readonly verdict: Verdict }) => boolean,
  ): { readonly deed: Deed; readonly kind: Kind; readonly verdict: Verdict } | null {
    const possible = proposals.flatMap((one) => {
      const verdict = this.#verdictOf(world, one.deed);
      return verdict === null ? [] : [{ ...one, verdict }];
    });
    const preferred = possible.filter(isPreferred);
    const seen = ({ verdict }: { readonly verdict: Verdict }) => this.#seen.get(verdict) ?? 0;
    return (preferred.length > 0 ? preferred : possible).sort((a, b) => seen(a) - seen(b))[0] ?? null;
  }

  /** What the rules alone say, limits aside; null for what cannot be done here. */
  #verdictOf(world: World, deed: Deed): Verdict | null {
    const tree = this.#tree.copy();
    if (stage(world, tree, deed) === null) return null;
    const questions = questionsOf(deed, tree, this.#now, this.history.told).filter(({ kind }) => kind !== 'limit');
    return this.#answers(world, questions).verdict;
  }

  #answers(world: World, questions: readonly Question[]): { answers: Answer[]; verdict: Verdict; ledger: Ledger } {
    let ledger = this.#ledger;
    const answers: Answer[] = [];
    for (const question of questions) {
      const answer = this.#answer(world, ledger, question);
      answers.push(answer);
      if (answer.verdict !== 'allow') return { answers, verdict: answer.verdict, ledger };
      if (question.kind === 'limit') ledger = spend(ledger, question.spending);
    }
    return { answers, verdict: 'allow', ledger };
  }

  /** What only the rules decide is asked again and again while deeds are chosen. */
  #answer(world: World, ledger: Ledger, question: Question): Answer {
    if (question.kind === 'limit') return answerByRules(this.history.policy, world, ledger, question);
    const key = `${this.history.worlds.indexOf(world)} ${JSON.stringify(question)}`;
    const answer = this.#known.get(key) ?? answerByRules(this.history.policy, world, ledger, question);
    this.#known.set(key, answer);
    return answer;
  }

  #do(world: World, deed: Deed, nearMiss: Case['nearMiss']): void {
    const outside = stage(world, this.#tree, deed);
    if (outside === null) return;
    const questions = questionsOf(deed, this.#tree, this.#now, this.history.told);
    const { answers, verdict, ledger } = this.#answers(world, questions);
    this.#ledger = ledger;
    const ended = this.#endedAfter(deed, answers, ledger);
    for (let i = 0; i < ended; i += 1) this.#ledger = processGone(this.#ledger);
    if (verdict === 'allow') carryOut(this.#tree, deed);
    this.#seen.set(verdict, (this.#seen.get(verdict) ?? 0) + 1);
    this.#cases.push({ world, outside, deed, questions, answers, verdict, ended, nearMiss });
  }

  #endedAfter(deed: Deed, answers: readonly Answer[], ledger: Ledger): number {
    const more = ledger.processes - this.history.language.processesAtStart;
    // whoever executes is a process of its own, which ends or is killed
    if (deed.kind === 'single' && deed.call === 'exec' && answers[0]?.verdict === 'allow') return 1;
    // a session whose process is killed goes on with another one, and without those that it had started
    if (answers.at(-1)?.verdict === 'kill') return more;
    return deed.kind === 'reap' && more > 0 ? 1 : 0;
  }
}
