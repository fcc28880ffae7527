import { afterEach, describe, expect, it } from 'vitest';
import { type Exchange, type ModelServer, startModel } from './server.ts';

const script = {
  name: 'test',
  turns: [{ say: 'Reading.', call: [{ tool: 'read', arguments: { path: '/key' } }] }, { say: 'Done.' }],
};
let model: ModelServer | null = null;

async function open(): Promise<Exchange[]> {
  const seen: Exchange[] = [];
  model = await startModel({
    script,
    secrets: { key: 'line\nof a key' },
    port: 0,
    onExchange: (one) => seen.push(one),
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
});
