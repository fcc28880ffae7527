import { z } from 'zod';
import {
  type Asked,
  type Call,
  type Dialect,
  EVENT_STREAM,
  json,
  lastOf,
  namedEvent,
  type Reply,
  sinceAnswer,
} from './dialect.ts';
import type { LastMessage, Turn } from './script.ts';

/** Anthropic Messages, as far as agents use it: https://docs.anthropic.com/en/api/messages */
const textBlock = z.looseObject({ type: z.string(), text: z.string().optional() });
const contentSchema = z.union([z.string(), z.array(textBlock)]);
const blockSchema = textBlock.extend({ content: contentSchema.optional() });
const messageSchema = z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(blockSchema)]) });
const requestSchema = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
});

export const MESSAGES: Dialect = {
  name: 'anthropic-messages',
  serves: (path) => path.endsWith('/messages'),
  read: (body) => {
    const request = requestSchema.parse(body);
    return {
      model: request.model,
      stream: request.stream === true,
      last: lastMessage(request.messages),
      tools: (request.tools ?? []).flatMap((tool) => tool.name ?? []),
    };
  },
  reply: (turn, asked, number) => (asked.stream ? stream(turn, asked, number) : whole(turn, asked, number)),
};

/** Results of tools come from the user as well. */
function lastMessage(messages: readonly z.output<typeof messageSchema>[]): LastMessage {
  const since = sinceAnswer(messages, ({ role }) => role === 'assistant').filter(({ role }) => role === 'user');
  const blocks = since.flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  );
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const said = blocks.filter(({ type }) => type === 'text');
  return lastOf(
    results.map(({ content }) => textOf(content)),
    said.map(({ text }) => text ?? ''),
  );
}

function textOf(content: z.output<typeof contentSchema> | undefined): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((block) => block.text ?? '').join('\n');
}

const USAGE = { input_tokens: 1, output_tokens: 1 };

const idOf = (number: number, index: number): string => `toolu_${number}_${index}`;
const stopOf = (turn: Turn): string => ((turn.call ?? []).length > 0 ? 'tool_use' : 'end_turn');
const emptyMessage = (model: string, number: number) => ({
  ...{ id: `msg_${number}`, type: 'message', role: 'assistant', model, content: [] },
  ...{ stop_reason: null, stop_sequence: null, usage: USAGE },
});

function stream(turn: Turn, { model }: Asked, number: number): Reply {
  const calls = turn.call ?? [];
  const said = turn.say === undefined ? [] : [textEvents(turn.say)];
  const called = calls.map((call, index) => toolEvents(call, idOf(number, index)));
  return {
    contentType: EVENT_STREAM,
    chunks: [
      namedEvent({ type: 'message_start', message: emptyMessage(model, number) }),
      ...[...said, ...called].flatMap((events, index) => events(index)),
      namedEvent({
        ...{ type: 'message_delta', usage: USAGE },
        ...{ delta: { stop_reason: stopOf(turn), stop_sequence: null } },
      }),
      namedEvent({ type: 'message_stop' }),
    ],
  };
}

type BlockEvents = (index: number) => string[];

const textEvents = (text: string): BlockEvents => blockEvents({ type: 'text', text: '' }, { type: 'text_delta', text });

function toolEvents(call: Call, id: string): BlockEvents {
  const start = { type: 'tool_use', id, name: call.tool, input: {} };
  return blockEvents(start, { type: 'input_json_delta', partial_json: JSON.stringify(call.arguments) });
}

function blockEvents(start: object, delta: object): BlockEvents {
  const named = (type: string, index: number, rest: object) => namedEvent({ type, index, ...rest });
  return (index) => [
    named('content_block_start', index, { content_block: start }),
    named('content_block_delta', index, { delta }),
    named('content_block_stop', index, {}),
  ];
}

function whole(turn: Turn, { model }: Asked, number: number): Reply {
  const text = turn.say === undefined ? [] : [{ type: 'text', text: turn.say }];
  const calls = (turn.call ?? []).map((call, index) => ({
    ...{ type: 'tool_use', id: idOf(number, index), name: call.tool, input: call.arguments },
  }));
  return json({ ...emptyMessage(model, number), content: [...text, ...calls], stop_reason: stopOf(turn) });
}
