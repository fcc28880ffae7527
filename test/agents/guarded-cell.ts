import type { Task } from './tasks/task.ts';

/** What became of one agent at one task, without the guard and under its starter; no failures: it is as it should be. */
export type GuardedCell = {
  readonly agent: string;
  readonly task: string;
  readonly kind: Task['kind'];
  readonly failures: readonly string[];
  /** What a person was asked under the guard. */
  readonly questions: readonly string[];
  /** What was refused, each once. */
  readonly refused: readonly string[];
  /** Entries of the manifest on places in the home that let something through. */
  readonly used: readonly string[];
  /** The end of what the agent printed without the guard and with it, where something failed. */
  readonly output: string;
  /** Unguarded and guarded. */
  readonly seconds: readonly number[];
};
