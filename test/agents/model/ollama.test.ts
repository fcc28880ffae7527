import { describe, expect, it } from 'vitest';
import { OLLAMA } from './ollama.ts';
import { AT, CALLING, SAYING } from './testing/turns.ts';

const read = (request: object) => OLLAMA.read({ model: 'm', ...request }, AT);
const GO = { role: 'user', content: 'go' };

describe('Ollama', () => {
  it('is asked by its path', () => {
    expect(OLLAMA.serves('/api/chat')).toBe(true);
    expect(OLLAMA.serves('/api/generate')).toBe(false);
  });

  it('reads what the user says and the tools, and streams unless it is told otherwise', () => {
    const tools = [{ type: 'function', function: { name: 'read' } }];
    expect(read({ messages: [GO], tools })).toEqual({
      ...{ model: 'm', stream: true },
      ...{ last: { from: 'user', text: 'go' }, tools: ['read'] },
    });
    expect(read({ messages: [GO], stream: false }).stream).toBe(false);
  });

  it('reads the results of all tools that were called last', () => {
    const result = (content: string) => ({ role: 'tool', tool_name: 'read', content });
    expect(read({ messages: [GO, result('one'), result('two')] }).last).toEqual({ from: 'tool', text: 'one\ntwo' });
  });

  it('refuses what is no request', () => {
    expect(() => read({ messages: [] })).toThrow();
  });

  it('streams lines, the arguments of a call as an object', () => {
    const { contentType, chunks } = OLLAMA.reply(CALLING, read({ messages: [GO] }), 7);
    expect(contentType).toBe('application/x-ndjson');
    expect(chunks.every((chunk) => chunk.endsWith('\n'))).toBe(true);
    const tool_calls = [{ function: { name: 'read', arguments: { path: '/key' } } }];
    expect(chunks.map((chunk) => JSON.parse(chunk))).toMatchObject([
      { message: { role: 'assistant', content: 'Reading.' }, done: false },
      { message: { role: 'assistant', content: '', tool_calls }, done: false },
      { done: true, done_reason: 'stop' },
    ]);
  });

  it('answers whole', () => {
    const { chunks } = OLLAMA.reply(SAYING, read({ messages: [GO], stream: false }), 1);
    const message = { role: 'assistant', content: 'Done.' };
    expect(JSON.parse(chunks.join(''))).toMatchObject({ message, done: true });
  });
});
