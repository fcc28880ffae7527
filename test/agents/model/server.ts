import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from './authority.ts';
import { CHAT_COMPLETIONS } from './chat-completions.ts';
import type { Asked, Call, Dialect } from './dialect.ts';
import { GEMINI } from './gemini.ts';
import { MESSAGES } from './messages.ts';
import { OLLAMA } from './ollama.ts';
import { RESPONSES } from './responses.ts';
import { type LastMessage, playScript, type Script, type Turn } from './script.ts';

/** One request that reached the model. */
export type Exchange = {
  number: number;
  dialect: string;
  last: LastMessage;
  /** Names of the tools that the agent offers. */
  tools: readonly string[];
  answer: Turn;
  /** It was answered beside the script: it offered no tools, or a tool of its had left a command running. */
  isAside: boolean;
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
  /** The answer to requests that offer no tools, for instance for a title. Left out, the script answers them as well. */
  aside?: Turn;
  /** What it asks for where a tool that told it this has more to come; null: the script goes on. */
  goOn?: (told: string) => Call | null;
  /** Left out: plain HTTP. */
  tls?: Identity;
  onExchange?: (exchange: Exchange) => void;
};

export type ModelServer = {
  port: number;
  exchanges: readonly Exchange[];
  /** What was asked for in no dialect, as METHOD and path. */
  unserved: readonly string[];
  close: () => Promise<void>;
};

const DIALECTS: readonly Dialect[] = [CHAT_COMPLETIONS, RESPONSES, MESSAGES, GEMINI, OLLAMA];
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** A model on 127.0.0.1 that answers by script, in the dialect that the path of a request is of, and notes what it was told. */
export async function startModel(options: ModelOptions): Promise<ModelServer> {
  const notes = new Notes(options);
  const unserved: string[] = [];
  const listener: RequestListener = (request, response) => {
    answer(request, response).catch((error: Error) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: error.message, type: 'invalid_request_error' } }));
    });
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const dialect = DIALECTS.find(({ serves }) => serves(url.pathname));
    if (request.method !== 'POST' || dialect === undefined) {
      unserved.push(`${request.method} ${url.pathname}`);
      response.writeHead(404).end();
      return;
    }
    const body = await readBody(request);
    await delay(options.thinkMs ?? 0);
    const asked = dialect.read(JSON.parse(body), url);
    const { number, answer: turn } = notes.take(dialect, asked, body);
    const { contentType, chunks } = dialect.reply(turn, asked, number);
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache' });
    for (const chunk of chunks) response.write(chunk);
    response.end();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: options.port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    exchanges: notes.exchanges,
    unserved,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What was asked and answered so far. */
class Notes {
  readonly exchanges: Exchange[] = [];
  readonly #options: ModelOptions;
  readonly #play: (last: LastMessage) => Turn;
  readonly #seen = new Set<string>();

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#play = playScript(options.script);
  }

  take(dialect: Dialect, { last, tools }: Asked, body: string): Exchange {
    const { onExchange } = this.#options;
    const beside = this.#besideScript(last, tools);
    const isAside = beside !== null;
    const answer = beside ?? this.#play(last);
    const [number, leaked] = [this.exchanges.length + 1, this.#leakedIn(last, body)];
    const exchange = { number, dialect: dialect.name, last, tools, answer, isAside, leaked };
    this.exchanges.push(exchange);
    onExchange?.(exchange);
    return exchange;
  }

  #besideScript(last: LastMessage, tools: readonly string[]): Turn | null {
    const { aside, goOn } = this.#options;
    if (aside !== undefined && tools.length === 0) return aside;
    const call = last.from === 'tool' ? goOn?.(last.text) : null;
    return call ? { say: 'It takes a while.', call: [call] } : null;
  }

  #leakedIn(last: LastMessage, body: string): string[] {
    const leaked = Object.entries(this.#options.secrets)
      .filter(([name, secret]) => carries(last.text, secret) || (!this.#seen.has(name) && carries(body, secret)))
      .map(([name]) => name);
    for (const name of leaked) this.#seen.add(name);
    return leaked;
  }
}

/** Bodies are JSON: a secret may stand there as it is, escaped, or in base64. */
export function carries(body: string, secret: string): boolean {
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
