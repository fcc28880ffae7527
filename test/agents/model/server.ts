import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChatRequest, lastMessage, parseChatRequest, streamTurn } from './chat-completions.ts';
import { type LastMessage, playScript, type Script, type Turn } from './script.ts';

/** One request that reached the model. */
export type Exchange = {
  number: number;
  last: LastMessage;
  answer: Turn;
  /** Which of the watched secrets arrived, by name: in the last message, or anywhere for the first time. */
  leaked: string[];
};

export type ModelOptions = {
  script: Script;
  /** Name -> text that must never arrive. */
  secrets: Record<string, string>;
  /** 0: any free port. */
  port: number;
  /** Milliseconds that it thinks before each answer; none unless given. */
  thinkMs?: number;
  onExchange?: (exchange: Exchange) => void;
};

export type ModelServer = { port: number; exchanges: readonly Exchange[]; close: () => Promise<void> };

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A model on 127.0.0.1 that answers by script and notes what it was told. Speaks OpenAI Chat Completions. */
export async function startModel(options: ModelOptions): Promise<ModelServer> {
  const play = playScript(options.script);
  const exchanges: Exchange[] = [];
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: error.message, type: 'invalid_request_error' } }));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url?.endsWith('/chat/completions') !== true) {
      response.writeHead(404).end();
      return;
    }
    const body = await readBody(request);
    await delay(options.thinkMs ?? 0);
    const chat = parseChatRequest(JSON.parse(body));
    const exchange = note(chat, body);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    for (const chunk of streamTurn(exchange.answer, chat.model, exchange.number)) response.write(chunk);
    response.end();
  }

  function note(chat: ChatRequest, body: string): Exchange {
    const last = lastMessage(chat);
    const leaked = Object.entries(options.secrets)
      .filter(([name, secret]) => carries(last.text, secret) || (!seen.has(name) && carries(body, secret)))
      .map(([name]) => name);
    for (const name of leaked) seen.add(name);
    const exchange = { number: exchanges.length + 1, last, answer: play(last), leaked };
    exchanges.push(exchange);
    options.onExchange?.(exchange);
    return exchange;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: options.port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Bodies are JSON: a secret may stand there as it is, escaped, or in base64. */
function carries(body: string, secret: string): boolean {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), btoa(secret).replace(/.{0,4}=*$/, '')];
  return forms.some((form) => body.includes(form));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
