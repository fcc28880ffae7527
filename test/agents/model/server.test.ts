import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { makeAuthority } from './authority.ts';
import { type Exchange, type ModelOptions, type ModelServer, startModel } from './server.ts';

const script = {
  name: 'test',
  turns: [{ say: 'Reading.', call: [{ tool: 'read', arguments: { path: '/key' } }] }, { say: 'Done.' }],
};
let model: ModelServer | null = null;

async function open(more: Partial<ModelOptions> = {}): Promise<Exchange[]> {
  const seen: Exchange[] = [];
  model = await startModel({
    script,
    secrets: { key: 'line\nof a key' },
    port: 0,
    onExchange: (one) => seen.push(one),
    ...more,
  });
  return seen;
}

function ask(body: string, path = '/v1/chat/completions'): Promise<Response> {
  return fetch(`http://127.0.0.1:${model?.port}${path}`, { method: 'POST', body });
}

const request = (...messages: object[]) => JSON.stringify({ model: 'scripted', stream: true, messages });

afterEach(async () => {
  await model?.close();
  model = null;
});

describe('the scripted model', () => {
  it('streams a turn with its tool call', async () => {
    await open();
    const text = await (await ask(request({ role: 'user', content: [{ type: 'text', text: 'go' }] }))).text();
    expect(text).toContain('"finish_reason":"tool_calls"');
    expect(text).toContain('"function":{"name":"read","arguments":"{\\"path\\":\\"/key\\"}"}');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('notices a secret however it is written', async () => {
    const seen = await open();
    await (await ask(request({ role: 'tool', content: 'no secret' }))).text();
    await (await ask(request({ role: 'tool', content: 'the line\nof a key' }))).text();
    await (await ask(request({ role: 'tool', content: btoa('line\nof a key') }))).text();
    expect(seen.map(({ leaked }) => leaked)).toEqual([[], ['key'], ['key']]);
  });

  it('survives what is no request', async () => {
    await open();
    expect((await ask('{')).status).toBe(400);
    expect((await ask('{}', '/v1/models')).status).toBe(404);
    expect((await ask(request({ role: 'user', content: 'go' }))).status).toBe(200);
  });

  it('answers in the dialect of the path', async () => {
    const seen = await open();
    const messages = [{ role: 'user', content: 'go' }];
    const asked: [string, object][] = [
      ['/v1/chat/completions', { model: 'm', messages }],
      ['/v1/messages?beta=true', { model: 'm', messages }],
      ['/v1/responses', { model: 'm', input: 'go' }],
      ['/v1beta/models/m:streamGenerateContent?alt=sse', { contents: [{ parts: [{ text: 'go' }] }] }],
      ['/api/chat', { model: 'm', messages }],
    ];
    for (const [path, body] of asked) expect((await ask(JSON.stringify(body), path)).status).toBe(200);
    const dialects = ['openai-chat', 'anthropic-messages', 'openai-responses', 'gemini', 'ollama'];
    expect(seen.map(({ dialect }) => dialect)).toEqual(dialects);
    expect(seen.every(({ last }) => last.text === 'go')).toBe(true);
  });

  it('waits beside the script for a command that was left running, and goes on when it has ended', async () => {
    const goOn = (told: string) => (told === 'running 7' ? { tool: 'wait', arguments: { number: 7 } } : null);
    const seen = await open({ goOn });
    await (await ask(request({ role: 'user', content: 'running 7' }))).text();
    const waits = await (await ask(request({ role: 'tool', content: 'running 7' }))).text();
    expect(waits).toContain('"function":{"name":"wait","arguments":"{\\"number\\":7}"}');
    await (await ask(request({ role: 'tool', content: 'running 7' }))).text();
    const done = await (await ask(request({ role: 'tool', content: 'ended' }))).text();
    expect(done).toContain('Done.');
    expect(seen.map(({ isAside }) => isAside)).toEqual([false, true, true, false]);
  });

  it('answers what offers no tools beside the script, if it is told to', async () => {
    const seen = await open({ aside: { say: 'A title.' } });
    const tools = [{ type: 'function', function: { name: 'read' } }];
    const messages = [{ role: 'user', content: 'go' }];
    await ask(request(...messages));
    await ask(JSON.stringify({ model: 'm', messages, tools }));
    expect(seen.map(({ isAside, answer }) => [isAside, answer.say])).toEqual([
      [true, 'A title.'],
      [false, 'Reading.'],
    ]);
  });

  it('says what was asked for in no dialect', async () => {
    await open();
    await fetch(`http://127.0.0.1:${model?.port}/v1/models?x=1`);
    expect(model?.unserved).toEqual(['GET /v1/models']);
  });

  it('speaks TLS to who knows its authority, and to nobody else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'authority-'));
    const { certificate, identity } = makeAuthority(folder);
    const ca = readFileSync(certificate, 'utf8');
    rmSync(folder, { recursive: true });
    await open({ tls: identity });
    expect(await askTls(ca)).toContain('"finish_reason":"tool_calls"');
    await expect(askTls()).rejects.toThrow(/unable to verify the first certificate/);
  });
});

function askTls(ca?: string): Promise<string> {
  const address = { host: '127.0.0.1', port: model?.port, path: '/v1/chat/completions', method: 'POST' };
  return new Promise((resolve, reject) => {
    const asked = tlsRequest({ ...address, ...(ca && { ca }) }, (response) => textOf(response).then(resolve, reject));
    asked.on('error', reject);
    asked.end(request({ role: 'user', content: 'go' }));
  });
}
