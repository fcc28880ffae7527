import { z } from 'zod';
import type { LastMessage, Turn } from './script.ts';

/** OpenAI Chat Completions, as far as agents use it: https://platform.openai.com/docs/api-reference/chat */
const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z
    .array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(textPart)]).nullish() }))
    .min(1),
});

export type ChatRequest = z.infer<typeof requestSchema>;

export const parseChatRequest = (body: unknown): ChatRequest => requestSchema.parse(body);

/** The last message, whoever it is from; a list of text parts counts as their concatenation. */
export function lastMessage(request: ChatRequest): LastMessage {
  const last = request.messages.at(-1);
  const content = last?.content ?? '';
  const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
  return { from: last?.role === 'tool' ? 'tool' : 'user', text };
}

/** The stream of server-sent events that carries a turn. `number` makes the identifiers distinct. */
export function streamTurn(turn: Turn, model: string, number: number): string[] {
  const chunk = (delta: object, finish: string | null) =>
    event({
      ...{ id: `chatcmpl-${number}`, object: 'chat.completion.chunk', created: 0, model },
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const calls = turn.call ?? [];
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...(turn.say === undefined ? [] : [chunk({ content: turn.say }, null)]),
    ...calls.map((call, index) => chunk({ tool_calls: [callDelta(call, index, number)] }, null)),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    event({
      ...{ id: `chatcmpl-${number}`, object: 'chat.completion.chunk', created: 0, model, choices: [] },
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }),
    'data: [DONE]\n\n',
  ];
}

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

function callDelta(call: NonNullable<Turn['call']>[number], index: number, number: number): object {
  return {
    index,
    id: `call_${number}_${index}`,
    type: 'function',
    function: { name: call.tool, arguments: JSON.stringify(call.arguments) },
  };
}
