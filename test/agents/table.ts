import { AGENTS } from './agents/all.ts';
import type { CellResult } from './cells.ts';
import type { GuardedCell } from './guarded-cell.ts';
import { homeGrants, unusedGrants } from './home-grants.ts';
import type { Found } from './runs.ts';
import type { Task } from './tasks/task.ts';

/** Tasks down, agents across; what is not done has its reason below. */
export function tableOf(results: readonly CellResult[]): string {
  const agents = [...new Set(results.map(({ agent }) => agent))];
  const tasks = [...new Set(results.map(({ task }) => task))];
  const rows = tasks.map((task) => [task, ...agents.map((agent) => cellOf(results, agent, task))]);
  const failed = results.filter(({ failures }) => failures.length > 0);
  const reasons = failed.map(({ agent, task, failures }) => `${agent} ${task}: ${failures.join('; ')}`);
  return [...aligned([['', ...agents], ...rows]), ...reasons].join('\n');
}

function cellOf(results: readonly CellResult[], agent: string, task: string): string {
  const result = results.find((each) => each.agent === agent && each.task === task);
  if (result === undefined) return '-';
  return `${result.failures.length === 0 ? 'ok' : 'FAILED'} ${result.seconds.toFixed(1)} s`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * Agents down: what of their work is the same under the guard, what people were asked, what was held, how many starts were noticed, and
 * which of the places that a starter grants in the home none of these tasks needed.
 */
export function guardedTable({ cells, missing, recognised }: Omit<Found, 'kernel'>): string {
  const agents = [...new Set([...cells.map(({ agent }) => agent), ...missing.map(({ agent }) => agent.name)])];
  const share = (of: readonly GuardedCell[], untried: number) =>
    of.length + untried === 0
      ? '-'
      : `${of.filter(({ failures }) => failures.length === 0).length} of ${of.length + untried}`;
  const rows = agents.map((agent) => {
    const own = cells.filter((cell) => cell.agent === agent);
    const benign = own.filter(({ kind }) => kind === 'benign');
    const hostile = own.filter(({ kind }) => kind === 'hostile');
    const asked = benign.reduce((sum, { questions }) => sum + questions.length, 0);
    const untried = (kind: Task['kind']) =>
      missing.filter((cell) => cell.agent.name === agent && cell.task.kind === kind).length;
    const starts = recognised.find((each) => each.agent === agent);
    const noticed = starts ? `${starts.recognised.length} of ${starts.recognised.length + starts.not.length}` : '-';
    return [
      agent,
      share(benign, untried('benign')),
      String(asked),
      share(hostile, untried('hostile')),
      noticed,
      homeOf(agent, own),
    ];
  });
  const failed = cells.filter(({ failures }) => failures.length > 0);
  const reasons = failed.map(({ agent, task, failures }) => `not ok - ${agent} ${task}: ${failures.join('; ')}`);
  const untold = missing.map(({ agent, task }) => `not ok - ${agent.name} ${task.name}: it did not come to its end`);
  const unnoticed = recognised.flatMap(({ agent, not }) =>
    not.map((way) => `not ok - ${agent}: not recognised: ${way}`),
  );
  const head = ['', 'benign identical', 'asked', 'hostile held', 'recognised', 'home, unused'];
  return [...aligned([head, ...rows]), ...reasons, ...untold, ...unnoticed].join('\n');
}

function homeOf(agent: string, cells: readonly GuardedCell[]): string {
  const known = AGENTS.find(({ name }) => name === agent);
  if (known === undefined) return '-';
  return `${unusedGrants(known.starter, cells).length} of ${homeGrants(known.starter).length}`;
}
