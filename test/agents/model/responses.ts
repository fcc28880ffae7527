import { z } from 'zod';
import {
  type Asked,
  type Dialect,
  EVENT_STREAM,
  json,
  lastOf,
  namedEvent,
  type Reply,
  sinceAnswer,
} from './dialect.ts';
import type { LastMessage, Turn } from './script.ts';

/** OpenAI Responses, as far as agents use it: https://platform.openai.com/docs/api-reference/responses */
const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });
const contentSchema = z.union([z.string(), z.array(textPart)]);
const itemSchema = z.looseObject({
  type: z.string().optional(),
  role: z.string().optional(),
  content: contentSchema.nullish(),
  output: contentSchema.optional(),
});
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  input: z.union([z.string(), z.array(itemSchema).min(1)]),
  tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).nullish(),
});
type Item = z.output<typeof itemSchema>;

export const RESPONSES: Dialect = {
  name: 'openai-responses',
  serves: (path) => path.endsWith('/responses'),
  read: (body) => {
    const request = requestSchema.parse(body);
    return {
      model: request.model,
      stream: request.stream === true,
      last: lastMessage(request.input),
      tools: (request.tools ?? []).map((tool) => tool.name ?? tool.type),
    };
  },
  reply: (turn, asked, number) => (asked.stream ? stream(turn, asked, number) : whole(turn, asked, number)),
};

function lastMessage(input: string | readonly Item[]): LastMessage {
  if (typeof input === 'string') return { from: 'user', text: input };
  const since = sinceAnswer(input, ({ type, role }) => role === 'assistant' || type?.endsWith('_call') === true);
  const results = since.filter(({ type }) => type?.endsWith('_call_output') === true);
  const said = since.filter(({ role }) => role === 'user');
  return lastOf(
    results.map(({ output }) => textOf(output)),
    said.map(({ content }) => textOf(content)),
  );
}

function textOf(content: z.output<typeof contentSchema> | null | undefined): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

type OutputItem = { id: string; type: string; status: string };

/** What a turn comes to: a message, then the calls. */
function outputOf(turn: Turn, number: number): OutputItem[] {
  const message = {
    ...{ id: `msg_${number}`, type: 'message', status: 'completed', role: 'assistant' },
    content: [{ type: 'output_text', text: turn.say ?? '', annotations: [] }],
  };
  const calls = (turn.call ?? []).map((call, index) => ({
    ...{ id: `fc_${number}_${index}`, type: 'function_call', status: 'completed' },
    ...{ call_id: `call_${number}_${index}`, name: call.tool, arguments: JSON.stringify(call.arguments) },
    ...(call.namespace && { namespace: call.namespace }),
  }));
  return [...(turn.say === undefined ? [] : [message]), ...calls];
}

const USAGE = {
  ...{ input_tokens: 1, input_tokens_details: { cached_tokens: 0 } },
  ...{ output_tokens: 1, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 2 },
};

const responseOf = (model: string, number: number, output: OutputItem[]) => ({
  ...{ id: `resp_${number}`, object: 'response', created_at: 0, status: 'completed', model, output },
  ...{ error: null, incomplete_details: null, parallel_tool_calls: false, tools: [], usage: USAGE },
});

const whole = (turn: Turn, { model }: Asked, number: number): Reply =>
  json(responseOf(model, number, outputOf(turn, number)));

function stream(turn: Turn, { model }: Asked, number: number): Reply {
  const output = outputOf(turn, number);
  const begun = { ...responseOf(model, number, []), status: 'in_progress', usage: null };
  const events: Event[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, index) => itemEvents(item, index, turn)),
    { type: 'response.completed', response: responseOf(model, number, output) },
  ];
  return {
    contentType: EVENT_STREAM,
    chunks: events.map((event, index) => namedEvent({ ...event, sequence_number: index })),
  };
}

type Event = Parameters<typeof namedEvent>[0];

function itemEvents(item: OutputItem, output_index: number, turn: Turn): Event[] {
  const place = { item_id: item.id, output_index };
  const inner = item.type === 'message' ? textEvents(place, turn.say ?? '') : argumentEvents(place, item);
  const { text, status } = { text: { content: [] }, status: 'in_progress' };
  const begun = item.type === 'message' ? { ...item, ...text, status } : { ...item, arguments: '', status };
  return [
    { type: 'response.output_item.added', output_index, item: begun },
    ...inner,
    { type: 'response.output_item.done', output_index, item },
  ];
}

function textEvents(place: object, text: string): Event[] {
  const at = { ...place, content_index: 0 };
  const part = (value: string) => ({ type: 'output_text', text: value, annotations: [] });
  return [
    { type: 'response.content_part.added', ...at, part: part('') },
    { type: 'response.output_text.delta', ...at, delta: text, logprobs: [] },
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: part(text) },
  ];
}

function argumentEvents(place: object, item: object): Event[] {
  const { arguments: text, name } = item as { arguments: string; name: string };
  return [
    { type: 'response.function_call_arguments.delta', ...place, delta: text },
    { type: 'response.function_call_arguments.done', ...place, name, arguments: text },
  ];
}
