import type { Agent } from './agent.ts';
import { TASKS, type Task } from './tasks/task.ts';

/** What a caller may choose. */
export const CHOICE = {
  agent: { type: 'string', multiple: true },
  task: { type: 'string', multiple: true },
  /** Other than the one that the agent usually speaks. */
  dialect: { type: 'string' },
  /** The model is asked by TLS. */
  tls: { type: 'boolean', default: false },
  /** Benign tasks are done twice, and have to come to the same. */
  twice: { type: 'boolean', default: false },
  /** The file that results are added to, a line each. */
  results: { type: 'string', default: '' },
} as const;

/** What became of one; no failures: it is as it should be. */
export type CellResult = { agent: string; task: string; kind: Task['kind']; failures: string[]; seconds: number };

export type Cell = { agent: Agent; task: Task };

export type Choice = { agent?: string[] | undefined; task?: string[] | undefined; dialect?: string | undefined };

/** All that are chosen and that the agent can do. Throws on a name that nothing has, and on a dialect that an agent does not speak. */
export function chosenCells(agents: readonly Agent[], { agent, task, dialect }: Choice): Cell[] {
  const chosenTasks = chosen(TASKS, task);
  const chosenAgents = chosen(agents, agent);
  const silent = chosenAgents.filter(({ dialects }) => dialect && !dialects.some((each) => each === dialect));
  if (silent.length > 0) throw new Error(`${silent.map(({ name }) => name).join(', ')}: no ${dialect}`);
  return chosenAgents.flatMap((each) =>
    chosenTasks.filter(({ without }) => !(each.name in without)).map((one) => ({ agent: each, task: one })),
  );
}

function chosen<Named extends { name: string }>(all: readonly Named[], names: string[] | undefined): readonly Named[] {
  if (names === undefined) return all;
  const unknown = names.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new Error(`there is no ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}
