import { z } from 'zod';
import { type Asked, type Dialect, json, lastOf, type Reply, sinceAnswer } from './dialect.ts';
import type { LastMessage, Turn } from './script.ts';

/** Ollama's chat, as far as agents use it: https://github.com/ollama/ollama/blob/main/docs/api.md */
const messageSchema = z.looseObject({ role: z.string(), content: z.string() });
const requestSchema = z.looseObject({
  model: z.string(),
  // here a stream is what is not asked otherwise
  stream: z.boolean().default(true),
  messages: z.array(messageSchema).min(1),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).nullish(),
});

export const OLLAMA: Dialect = {
  name: 'ollama',
  serves: (path) => path.endsWith('/api/chat'),
  read: (body) => {
    const request = requestSchema.parse(body);
    return {
      model: request.model,
      stream: request.stream,
      last: lastMessage(request.messages),
      tools: (request.tools ?? []).map((tool) => tool.function.name),
    };
  },
  reply: (turn, asked) => (asked.stream ? stream(turn, asked) : json(whole(turn, asked))),
};

function lastMessage(messages: readonly z.output<typeof messageSchema>[]): LastMessage {
  const since = sinceAnswer(messages, ({ role }) => role === 'assistant');
  const of = (wanted: string) => since.filter(({ role }) => role === wanted).map(({ content }) => content);
  return lastOf(of('tool'), of('user'));
}

const CREATED = '1970-01-01T00:00:00.000Z';
const ENDED = {
  ...{ done: true, done_reason: 'stop', total_duration: 1, load_duration: 1 },
  ...{ prompt_eval_count: 1, prompt_eval_duration: 1, eval_count: 1, eval_duration: 1 },
};

/** Arguments are an object here, and calls have no identifier. */
const callsOf = (turn: Turn): object[] =>
  (turn.call ?? []).map((call) => ({ function: { name: call.tool, arguments: call.arguments } }));

function whole(turn: Turn, { model }: Asked): object {
  const calls = callsOf(turn);
  const message = { role: 'assistant', content: turn.say ?? '', ...(calls.length > 0 && { tool_calls: calls }) };
  return { model, created_at: CREATED, message, ...ENDED };
}

/** Lines of JSON. */
function stream(turn: Turn, { model }: Asked): Reply {
  const line = (message: object, rest: object) =>
    `${JSON.stringify({ model, created_at: CREATED, message: { role: 'assistant', ...message }, ...rest })}\n`;
  const calls = callsOf(turn);
  return {
    contentType: 'application/x-ndjson',
    chunks: [
      ...(turn.say === undefined ? [] : [line({ content: turn.say }, { done: false })]),
      ...(calls.length === 0 ? [] : [line({ content: '', tool_calls: calls }, { done: false })]),
      line({ content: '' }, ENDED),
    ],
  };
}
