/**
 * Agents by what they are started as: the file that is executed, the script that an interpreter is given, the unit that they run in. Those are
 * certain, and put a process into a session at once. What a person is only told of is below `suggestions`. docs/decisions/0016.
 */
import { z } from 'zod';
import data from './agents.json' with { type: 'json' };
import { holdSeconds } from './holds.ts';

/** A pattern as in a manifest: absolute, or below the home of whoever starts it. */
const files = z.array(z.string().regex(/^(~\/|\/)/)).min(1);
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const why = z.string().min(1);

export const agentsSchema = z.strictObject({
  agents: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]*$/),
        name: z.string().min(1),
        /** Name of the program that a person starts it by. */
        command: z.string().regex(/^[a-z][a-z0-9-]*$/),
        /** What is executed, or what an interpreter is told to run. */
        files,
        /** Python modules that `-m` runs. */
        modules: z.array(z.string().regex(/^[a-z_][a-z0-9_.]*$/)).default([]),
        /** Names of systemd units: what runs in their control groups. A pattern for one name. */
        units: z.array(z.string().regex(/^[^/]+\.service$/)).default([]),
        /** What it calls itself while it runs. Anybody may: only a hint. */
        titles: z.array(z.string().min(1)).default([]),
        /** Variables that it gives to what it starts. Anybody may: only a hint. */
        environment: z.array(variable).default([]),
        why,
      }),
    )
    .min(1)
    .max(255),
  /** Programs whose first operand is what they run. By their name: to take a program for one only makes more of its arguments count. */
  interpreters: z.array(z.strictObject({ name: z.string().regex(/^[a-z]+$/), files })),
  suggestions: z.array(
    z.union([
      z.strictObject({ name: z.string().min(1), files, why }),
      z.strictObject({
        name: z.string().min(1),
        /** Python modules that a script imports. */
        imports: z.array(z.string().regex(/^[a-z_][a-z0-9_]*$/)).min(1),
        why,
      }),
    ]),
  ),
});

const known = agentsSchema.parse(data);

/** 1, 2, 3 … in the order of the data file. */
export type AgentNumber = number & { readonly brand: 'AgentNumber' };
export type Agent = (typeof known.agents)[number] & {
  readonly number: AgentNumber;
  /** How long its calls can be held before it notices. */
  readonly holdSeconds: number;
};

export const AGENTS: readonly Agent[] = known.agents.map((agent, index) => ({
  ...agent,
  number: (index + 1) as AgentNumber,
  holdSeconds: holdSeconds([agent.command]),
}));

export const AGENT_INTERPRETERS = known.interpreters;
export const SUGGESTIONS = known.suggestions;

/** Null: this version knows none of that number. */
export function agentOf(number: number): Agent | null {
  return AGENTS[number - 1] ?? null;
}

/** The agent that is started by this name; null: none is. */
export function agentNamed(command: string | null | undefined): Agent | null {
  return AGENTS.find((agent) => agent.command === command) ?? null;
}
