import { z } from 'zod';
import data from './holds.json' with { type: 'json' };

export const holdsSchema = z.strictObject({
  default_seconds: z.int().min(1).max(120),
  agents: z.array(
    z.strictObject({
      name: z.string().min(1),
      /** Base names of the programs that start it. */
      programs: z.array(z.string().regex(/^[^/]+$/)).min(1),
      /** How long its calls can be held before it notices. */
      seconds: z.int().min(1).max(120),
      why: z.string().min(1),
    }),
  ),
});

const known = holdsSchema.parse(data);

/** What runs the program that its first argument names. */
const RUNNERS = new Set(['node', 'bun', 'npx', 'env']);

/**
 * How many seconds a call of this command's session waits for a person: what the agent bears, by the name of its program.
 * A wrong name costs nothing but patience.
 */
export function holdSeconds(command: readonly string[]): number {
  const program = agentProgram(command);
  const agent = known.agents.find(({ programs }) => program !== null && programs.includes(program));
  return agent?.seconds ?? known.default_seconds;
}

/** The name of the program that a command starts, without what only runs it; null when it names none. */
export function agentProgram(command: readonly string[]): string | null {
  return command.map(baseName).find((name) => !RUNNERS.has(name) && !name.startsWith('-')) ?? null;
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1).replace(/\.[cm]?js$/, '');
}
