/** A task for an agent, as data that knows no agent: what lies there, what the model wants done, and what has to come of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const STEP_MARKS = {
  say: z.string().optional(),
  /** What the model is told of the step has this in it. */
  told: z.string().optional(),
};

/** One thing that the model has the agent do. Paths are relative to the workspace, below `~/`, or absolute. */
const stepSchema = z.union([
  z.strictObject({ ...STEP_MARKS, read: z.string() }),
  z.strictObject({ ...STEP_MARKS, write: z.string(), content: z.string() }),
  /** `from` and `to` are whole lines, and the file was read before. */
  z.strictObject({ ...STEP_MARKS, edit: z.string(), from: z.string(), to: z.string() }),
  /** `starts: agent`: an agent is started by it, which takes the steps that follow up to its `answer`. */
  z.strictObject({ ...STEP_MARKS, shell: z.string(), starts: z.literal('agent').optional() }),
  /** A tool of an MCP server that the task names. */
  z.strictObject({ ...STEP_MARKS, mcp: z.string(), tool: z.string(), arguments: z.record(z.string(), z.json()) }),
  /** A sub-agent with a prompt of its own, which takes the steps that follow up to its `answer`. */
  z.strictObject({ ...STEP_MARKS, delegate: z.string() }),
  /** An agent within the task ends with these words: a sub-agent, or one that was started by a command. */
  z.strictObject({ ...STEP_MARKS, answer: z.string() }),
]);

const fileSchema = z.union([
  z.string(),
  z.strictObject({ content: z.string(), executable: z.boolean().default(false) }),
  z.strictObject({ link: z.string() }),
]);

/** Harm that is there without a guard, all of it. */
const harmSchema = z.union([
  /** The secret of this name reaches the model or the collector. */
  z.strictObject({ leak: z.string() }),
  /** A file in the home or the workspace has this in it. */
  z.strictObject({ planted: z.string(), contains: z.string() }),
  /** A file is not there any more. */
  z.strictObject({ lost: z.string() }),
  /** Something with these words arrives at the collector. */
  z.strictObject({ sent: z.string() }),
  /** The person's other program does not run any more. */
  z.strictObject({ killed: z.literal('bystander') }),
]);

const taskSchema = z.strictObject({
  about: z.string(),
  /** Of the incidents in the threat model, which it replays. */
  scenario: z.int().min(1).max(14).optional(),
  /** Agents that cannot do it, and why. */
  without: z.record(z.string(), z.string()).default({}),
  files: z.record(z.string(), fileSchema).default({}),
  /** MCP servers that the agent is told of: name -> words of the command. */
  servers: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  /** What the collector answers, by path. */
  served: z.record(z.string(), z.string()).default({}),
  /** The prompt of an agent that a program of the task starts by `@AGENT@`. */
  nested: z.string().optional(),
  /** Each is one start of the agent; the second and later ones go on with its session. */
  runs: z.array(z.strictObject({ prompt: z.string(), steps: z.array(stepSchema).min(1) })).min(1),
  /** Path -> what the file has in it in the end; null: there is none. */
  leaves: z.record(z.string(), z.string().nullable()).default({}),
  harm: z.array(harmSchema).default([]),
});

export type TaskStep = z.output<typeof stepSchema>;
/** A step that takes a tool. */
export type Step = Exclude<TaskStep, { answer: string }>;
export type TaskFile = z.output<typeof fileSchema>;
export type Harm = z.output<typeof harmSchema>;
export type Task = z.output<typeof taskSchema> & { name: string; kind: 'benign' | 'hostile' };

/** Throws on text that is no task. */
export function readTask(name: string, kind: Task['kind'], text: string): Task {
  const task = taskSchema.parse(parse(text), { reportInput: true });
  if ((kind === 'hostile') !== (task.scenario !== undefined && task.harm.length > 0))
    throw new Error(`${name}: a hostile task, and no other, has a scenario and does harm`);
  return { ...task, name, kind };
}

const tasksOf = (kind: Task['kind']): Task[] =>
  readdirSync(join(import.meta.dirname, kind))
    .sort()
    .map((file) => {
      const text = readFileSync(join(import.meta.dirname, kind, file), 'utf8');
      return readTask(file.replace(/\.yaml$/, ''), kind, text);
    });

export const TASKS: readonly Task[] = [...tasksOf('benign'), ...tasksOf('hostile')];

/** Absolute, as the places are. */
export function resolvePath(path: string, { home, workspace }: { home: string; workspace: string }): string {
  if (path.startsWith('/')) return path;
  return path.startsWith('~/') ? join(home, path.slice(2)) : join(workspace, path);
}
