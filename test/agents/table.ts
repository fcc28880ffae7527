import type { CellResult } from './cells.ts';

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
