import { z } from 'zod';
import {
  type Asked,
  type Call,
  type Dialect,
  dataEvent,
  EVENT_STREAM,
  json,
  lastOf,
  type Reply,
  sinceAnswer,
} from './dialect.ts';
import type { LastMessage, Turn } from './script.ts';

/** OpenAI Chat Completions, as far as agents use it: https://platform.openai.com/docs/api-reference/chat */
const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });
const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(textPart)]).nullish(),
});
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }).optional() })).nullish(),
});
type Message = z.output<typeof messageSchema>;

export const CHAT_COMPLETIONS: Dialect = {
  name: 'openai-chat',
  serves: (path) => path.endsWith('/chat/completions'),
  read: (body) => {
    const request = requestSchema.parse(body);
    return {
      model: request.model,
      stream: request.stream === true,
      last: lastMessage(request.messages),
      tools: (request.tools ?? []).flatMap((tool) => tool.function?.name ?? []),
    };
  },
  reply: (turn, asked, number) => (asked.stream ? stream(turn, asked, number) : whole(turn, asked, number)),
};

function lastMessage(messages: readonly Message[]): LastMessage {
  const since = sinceAnswer(messages, ({ role }) => role === 'assistant');
  const of = (wanted: string) => since.filter(({ role }) => role === wanted).map(textOf);
  return lastOf(of('tool'), of('user'));
}

/** A list of text parts counts as their concatenation. */
function textOf(message: Message): string {
  const content = message.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function stream(turn: Turn, { model }: Asked, number: number): Reply {
  const head = { id: `chatcmpl-${number}`, object: 'chat.completion.chunk', created: 0, model };
  const chunk = (delta: object, finish: string | null) =>
    dataEvent({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] });
  const calls = turn.call ?? [];
  return {
    contentType: EVENT_STREAM,
    chunks: [
      chunk({ role: 'assistant', content: '' }, null),
      ...(turn.say === undefined ? [] : [chunk({ content: turn.say }, null)]),
      ...calls.map((call, index) => chunk({ tool_calls: [{ index, ...toolCall(call, index, number) }] }, null)),
      chunk({}, finishOf(turn)),
      dataEvent({ ...head, choices: [], usage: USAGE }),
      'data: [DONE]\n\n',
    ],
  };
}

function whole(turn: Turn, { model }: Asked, number: number): Reply {
  const calls = turn.call?.map((call, index) => toolCall(call, index, number));
  const message = { role: 'assistant', content: turn.say ?? null, ...(calls && { tool_calls: calls }) };
  return json({
    ...{ id: `chatcmpl-${number}`, object: 'chat.completion', created: 0, model, usage: USAGE },
    choices: [{ index: 0, message, finish_reason: finishOf(turn) }],
  });
}

const finishOf = (turn: Turn): string => ((turn.call ?? []).length > 0 ? 'tool_calls' : 'stop');

function toolCall(call: Call, index: number, number: number): object {
  return {
    id: `call_${number}_${index}`,
    type: 'function',
    function: { name: call.tool, arguments: JSON.stringify(call.arguments) },
  };
}
