import { z } from 'zod';
import { type Asked, type Dialect, dataEvent, EVENT_STREAM, json, lastOf, type Reply, sinceAnswer } from './dialect.ts';
import type { LastMessage, Turn } from './script.ts';

/** Gemini's generateContent, as far as agents use it: https://ai.google.dev/api/generate-content */
const partSchema = z.looseObject({
  text: z.string().optional(),
  functionResponse: z.looseObject({ name: z.string(), response: z.record(z.string(), z.unknown()) }).optional(),
});
const contentSchema = z.looseObject({ role: z.string().optional(), parts: z.array(partSchema) });
const requestSchema = z.looseObject({
  contents: z.array(contentSchema).min(1),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).optional() }))
    .optional(),
});
type Content = z.output<typeof contentSchema>;

const PATH = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

export const GEMINI: Dialect = {
  name: 'gemini',
  serves: (path) => PATH.test(path),
  read: (body, url) => {
    const request = requestSchema.parse(body);
    const [, model = '', method] = PATH.exec(url.pathname) ?? [];
    return {
      model,
      stream: method === 'streamGenerateContent',
      last: lastMessage(request.contents),
      tools: (request.tools ?? []).flatMap((tool) => (tool.functionDeclarations ?? []).map(({ name }) => name)),
    };
  },
  reply: (turn, asked, number) => (asked.stream ? stream(turn, asked, number) : json(answerOf(turn, asked, number))),
};

function lastMessage(contents: readonly Content[]): LastMessage {
  const parts = sinceAnswer(contents, ({ role }) => role === 'model').flatMap((content) => content.parts);
  const results = parts.flatMap(({ functionResponse }) => (functionResponse ? [functionResponse.response] : []));
  return lastOf(
    results.map(resultText),
    parts.map(({ text }) => text ?? ''),
  );
}

/** A tool answers with an object that has one text in it by convention. */
function resultText(response: Record<string, unknown>): string {
  const text = response.output ?? response.error;
  return typeof text === 'string' ? text : JSON.stringify(response);
}

const USAGE = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };

function answerOf(turn: Turn, { model }: Asked, number: number): object {
  const text = turn.say === undefined ? [] : [{ text: turn.say }];
  const calls = (turn.call ?? []).map((call, index) => ({
    functionCall: { id: `call_${number}_${index}`, name: call.tool, args: call.arguments },
  }));
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [...text, ...calls] }, finishReason: 'STOP' }],
    ...{ usageMetadata: USAGE, modelVersion: model, responseId: `response-${number}` },
  };
}

const stream = (turn: Turn, asked: Asked, number: number): Reply => ({
  contentType: EVENT_STREAM,
  chunks: [dataEvent(answerOf(turn, asked, number))],
});
