/** The compiled tables against the evaluator, on generated histories. */
import fc from 'fast-check';
import { compile } from '../../core/policy/compile.ts';
import type { Mount } from '../../core/policy/tables.ts';
import { mounts } from '../../core/policy/testing/generated-policy.ts';
import type { Answer } from './by-rules.ts';
import { type TableAnswer, TableReader } from './by-tables.ts';
import { Coverage, type CoverageReport } from './coverage.ts';
import { tell } from './describe.ts';
import { type Case, type History, historyIn, Unfolding } from './history.ts';
import { WHOLE_LANGUAGE } from './policies.ts';
import { type Names, split, type World } from './world.ts';

export type AutomatonRun = {
  readonly coverage: CoverageReport;
  readonly shortcomings: readonly string[];
  /** A history on which the two disagree, made small; null: none was found. */
  readonly disagreement: string | null;
};

const HISTORIES_AT_ONCE = 250;
const SLOTS = 32;

/** In every third history a mount comes or goes half-way. */
const worlds = fc
  .record({ first: mounts, later: mounts, changes: fc.nat(2) })
  .map(({ first, later, changes }): [World, World] => {
    const both = changes === 2 ? [first, later] : [first];
    // what a mount shows stays where it is: else the mount would move along, and there would be other tables
    const pinned = both.flatMap((shown) => shown.flatMap(({ root }) => beginningsOf(split(root))));
    const worldOf = (shown: readonly Mount[]): World => ({ name: 'generated', mounts: shown, home: [], pinned });
    const world = worldOf(first);
    return [world, changes === 2 ? worldOf(later) : world];
  });

function beginningsOf(names: Names): Names[] {
  return names.map((_, i) => names.slice(0, i + 1));
}

/** Runs histories until there are `least` cases. `path`: of one that disagreed before, to see it again. */
export function compareAutomaton(seed: number, least: number, path: string | undefined): AutomatonRun {
  const coverage = new Coverage(WHOLE_LANGUAGE);
  for (let turn = 0; coverage.cases < least; turn += 1) {
    const details = fc.check(
      fc.property(historyIn(worlds, WHOLE_LANGUAGE, SLOTS), (history) => checkHistory(history, coverage)),
      { numRuns: HISTORIES_AT_ONCE, seed: seed + turn, ...(path === undefined ? {} : { path }) },
    );
    if (details.failed) {
      const [history] = details.counterexample ?? [];
      const found = history === undefined ? '' : tell(history, new Unfolding(history, 'passes').cases);
      return {
        coverage: coverage.report(),
        shortcomings: [],
        disagreement: `${found}\n${String(details.errorInstance)}\nAgain: --only automaton --seed ${details.seed} --path ${details.counterexamplePath}`,
      };
    }
    if (path !== undefined) break;
  }
  return {
    coverage: coverage.report(),
    shortcomings: path === undefined ? coverage.shortcomings() : [],
    disagreement: null,
  };
}

function checkHistory(history: History, coverage: Coverage): void {
  const { policy } = history;
  const { cases } = new Unfolding(history, 'passes');
  let reader: TableReader | null = null;
  let readAt: World | null = null;
  for (const one of cases) {
    if (reader === null || one.world !== readAt) {
      const tables = compile(policy, one.world.mounts);
      if (!tables.ok) throw new Error(tables.error.message);
      // counters are the session's: they outlive a change of mounts
      if (reader === null) reader = new TableReader(policy, one.world, tables.value, history.told);
      else reader.replaceTables(tables.value);
      readAt = one.world;
    }
    compareCase(reader, one);
    coverage.count(policy, one);
  }
}

function compareCase(reader: TableReader, one: Case): void {
  one.answers.forEach((answer, index) => {
    const question = one.questions[index];
    if (question === undefined) throw new Error('an answer without a question');
    const found = reader.answer(question);
    if (!agree(answer, found)) {
      throw new Error(
        `rules: ${JSON.stringify(answer)}\ntables: ${JSON.stringify(found)}\nquestion: ${JSON.stringify(question)}`,
      );
    }
  });
  reader.processesGone(one.ended);
}

function agree(answer: Answer, found: TableAnswer): boolean {
  if (answer.verdict !== found.verdict) return false;
  if (answer.verdict === 'allow' && answer.records !== found.records) return false;
  if (answer.because.length === 0) return true;
  return answer.because.some(({ reason, rule }) => reason === found.reason && rule === found.rule);
}
