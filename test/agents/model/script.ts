import { parse } from 'yaml';
import { z } from 'zod';

const toolCallSchema = z.strictObject({
  tool: z.string(),
  /** Of tools that are offered together; only OpenAI Responses has such. */
  namespace: z.string().optional(),
  arguments: z.record(z.string(), z.json()),
});

/** One answer of the scripted model. */
const turnSchema = z.strictObject({
  /** Last message of the request that this turn answers; all named parts have to fit. Left out: anything fits. */
  when: z
    .strictObject({
      from: z.enum(['user', 'tool']).optional(),
      contains: z.string().optional(),
      lacks: z.string().optional(),
    })
    .optional(),
  say: z.string().optional(),
  call: z.array(toolCallSchema).optional(),
});

const scriptSchema = z.strictObject({ name: z.string(), turns: z.array(turnSchema).min(1) });

export type Turn = z.infer<typeof turnSchema>;
export type Script = z.infer<typeof scriptSchema>;

/** What the agent said last. Dialects translate their own messages to this. */
export type LastMessage = { from: 'user' | 'tool'; text: string };

/** Reads a script (YAML); `$NAME` in it stands for `values.NAME`. Throws on text that is no script. */
export function readScript(text: string, values: Record<string, string>): Script {
  const filled = text.replace(/\$([A-Z_]+)/g, (whole, name: string) => values[name] ?? whole);
  return scriptSchema.parse(parse(filled));
}

/** Plays a script: each turn is used once, in order, the first unused one that fits the last message. */
export function playScript(script: Script): (last: LastMessage) => Turn {
  const unused = [...script.turns];
  return (last) => {
    const index = unused.findIndex((turn) => fits(turn, last));
    if (index < 0) return { say: 'I have nothing left to do.' };
    return unused.splice(0, index + 1).at(-1) as Turn;
  };
}

function fits({ when }: Turn, last: LastMessage): boolean {
  if (when === undefined) return true;
  if (when.from !== undefined && when.from !== last.from) return false;
  if (when.contains !== undefined && !last.text.includes(when.contains)) return false;
  return when.lacks === undefined || !last.text.includes(when.lacks);
}
