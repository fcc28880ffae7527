/** What a run of the conformance suite found, in words and in one closing line. */
import type { Kernel } from '../vm/kernel-package.ts';
import type { AutomatonRun } from './automaton.ts';
import type { CoverageReport } from './coverage.ts';
import type { DelegatedRun } from './delegated.ts';
import type { KernelRun } from './kernel.ts';

export type KernelReport = KernelRun & {
  readonly kernel: Kernel;
  readonly release: string;
  readonly seconds: number;
  readonly accelerator: string;
  /** What the kernel itself has to complain about. */
  readonly troubles: readonly string[];
};

export function describeAutomaton({ coverage, shortcomings, disagreement }: AutomatonRun): string {
  return lines(`automaton and evaluator: ${describeCoverage(coverage)}`, disagreement, shortcomings);
}

export function describeDelegated({ cases, kinds, shortcomings, disagreement }: DelegatedRun): string {
  const head = `delegated rights, tables and evaluator: ${cases} cases of ${Object.keys(kinds).length} kinds, of which the rarest (${rarestOf(kinds)})`;
  return lines(head, disagreement, shortcomings);
}

export function describeKernel(report: KernelReport): string {
  const { release, accelerator, coverage, filesystems, seconds, disagreement, shortcomings, troubles } = report;
  const places = Object.entries(filesystems).map(([name, count]) => `${name} ${count}`);
  return lines(
    `kernel ${release} (${accelerator}, ${seconds.toFixed(0)} s) and evaluator: ${describeCoverage(coverage)}; on ${places.join(', ')}`,
    disagreement,
    [...shortcomings, ...troubles],
  );
}

function describeCoverage({ cases, verdicts, nearMisses, flips, kinds }: CoverageReport): string {
  const share = (count: number) => `${((100 * count) / Math.max(1, cases)).toFixed(1)} %`;
  const near = Object.values(nearMisses).reduce((sum, count) => sum + count, 0);
  const shares = Object.entries(verdicts).map(([verdict, count]) => `${verdict} ${share(count)}`);
  return (
    `${cases} cases (${shares.join(', ')}), ${near} near misses of which ${flips} (${share(flips)}) are answered otherwise, ` +
    `${Object.keys(kinds).length} kinds of rule, call and reason, of which the rarest (${rarestOf(kinds)})`
  );
}

function rarestOf(kinds: CoverageReport['kinds']): string {
  const [rarest, count] = Object.entries(kinds).sort(([, a], [, b]) => a - b)[0] ?? ['none', 0];
  return `${rarest}: ${count} times`;
}

function lines(head: string, disagreement: string | null, complaints: readonly string[]): string {
  return [
    head,
    ...(disagreement === null ? [] : [`not ok - they disagree:\n${disagreement}`]),
    ...complaints.map((complaint) => `not ok - ${complaint}`),
  ].join('\n');
}

/** Cases are the tests; a disagreement and each complaint is a failure. */
export function closingLine(
  automaton: AutomatonRun | null,
  delegated: DelegatedRun | null,
  kernels: readonly KernelReport[],
): { line: string; isGood: boolean } {
  const runs = [...(automaton === null ? [] : [automaton]), ...kernels];
  const passed = runs.reduce((sum, { coverage }) => sum + coverage.cases, delegated?.cases ?? 0);
  const troubles = kernels.reduce((sum, one) => sum + one.troubles.length, 0);
  const found = [...runs, ...(delegated === null ? [] : [delegated])];
  const failed = found.reduce(
    (sum, run) => sum + run.shortcomings.length + (run.disagreement === null ? 0 : 1),
    troubles,
  );
  return { line: `${passed} passed, ${failed} failed`, isGood: failed === 0 && passed > 0 };
}
