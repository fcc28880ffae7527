import type { LastMessage, Turn } from './script.ts';

/** What a request asks, whatever its dialect. */
export type Asked = {
  model: string;
  stream: boolean;
  last: LastMessage;
  /** Names of the tools that the model may call. */
  tools: readonly string[];
};

/** An answer on the wire, in the pieces that are written one after the other. */
export type Reply = { contentType: string; chunks: readonly string[] };

/** How agents talk to the models of one vendor. */
export type Dialect = {
  name: string;
  /** Whether it is asked at this path of a URL, without its query. */
  serves: (path: string) => boolean;
  /** Throws on a body that is no such request. `url` has the query. */
  read: (body: unknown, url: URL) => Asked;
  /** `number` makes the identifiers of an answer distinct. */
  reply: (turn: Turn, asked: Asked, number: number) => Reply;
};

export type Call = NonNullable<Turn['call']>[number];

/** What came after the model's own last message: several tools answer in as many messages, and agents add words of theirs. */
export function sinceAnswer<Message>(messages: readonly Message[], isAnswer: (message: Message) => boolean): Message[] {
  return messages.slice(messages.findLastIndex(isAnswer) + 1);
}

/** Results of tools if there are any, or else what the user said. */
export function lastOf(results: readonly string[], said: readonly string[]): LastMessage {
  if (results.length > 0) return { from: 'tool', text: results.join('\n') };
  return { from: 'user', text: said.join('\n') };
}

export const json = (value: object): Reply => ({
  contentType: 'application/json',
  chunks: [JSON.stringify(value)],
});

/** Server-sent events that carry no name. */
export const dataEvent = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
/** Those that carry their type as their name as well. */
export const namedEvent = (value: { type: string; [field: string]: unknown }): string =>
  `event: ${value.type}\n${dataEvent(value)}`;

export const EVENT_STREAM = 'text/event-stream';
