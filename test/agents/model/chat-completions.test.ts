import { describe, expect, it } from 'vitest';
import { CHAT_COMPLETIONS } from './chat-completions.ts';
import { AT, CALLING, dataOf, SAYING } from './testing/turns.ts';

const read = (request: object) => CHAT_COMPLETIONS.read({ model: 'm', ...request }, AT);

describe('OpenAI Chat Completions', () => {
  it('is asked by its path', () => {
    expect(CHAT_COMPLETIONS.serves('/v1/chat/completions')).toBe(true);
    expect(CHAT_COMPLETIONS.serves('/v1/completions')).toBe(false);
  });

  it('reads what the user says, in parts or whole, and the tools', () => {
    const tools = [{ type: 'function', function: { name: 'read', parameters: {} } }];
    const parts = [
      { type: 'text', text: 'go ' },
      { type: 'text', text: 'on' },
    ];
    const asked = read({ stream: true, tools, messages: [{ role: 'user', content: parts }] });
    expect(asked).toEqual({ model: 'm', stream: true, last: { from: 'user', text: 'go on' }, tools: ['read'] });
    expect(read({ messages: [{ role: 'user', content: 'go' }] })).toMatchObject({ stream: false, tools: [] });
  });

  it('reads the results of all tools that were called last', () => {
    const result = (content: string) => ({ role: 'tool', tool_call_id: 'x', content });
    const messages = [
      result('old'),
      { role: 'assistant', content: null, tool_calls: [] },
      result('one'),
      result('two'),
      // an agent may add words of its own
      { role: 'user', content: 'context' },
    ];
    expect(read({ messages }).last).toEqual({ from: 'tool', text: 'one\ntwo' });
  });

  it('refuses what is no request', () => {
    expect(() => read({ messages: [] })).toThrow();
  });

  it('streams words and a call as deltas, and ends as the SDK waits for', () => {
    const { contentType, chunks } = CHAT_COMPLETIONS.reply(
      CALLING,
      { ...read({ messages: [{ role: 'user' }] }), stream: true },
      7,
    );
    expect(contentType).toBe('text/event-stream');
    expect(chunks.at(-1)).toBe('data: [DONE]\n\n');
    expect(dataOf(chunks.slice(0, -1)).map(({ choices }) => choices[0])).toEqual([
      { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null },
      { index: 0, delta: { content: 'Reading.' }, finish_reason: null },
      {
        index: 0,
        delta: {
          tool_calls: [
            { index: 0, id: 'call_7_0', type: 'function', function: { name: 'read', arguments: '{"path":"/key"}' } },
          ],
        },
        finish_reason: null,
      },
      { index: 0, delta: {}, finish_reason: 'tool_calls' },
      undefined,
    ]);
  });

  it('answers whole', () => {
    const { chunks } = CHAT_COMPLETIONS.reply(SAYING, read({ messages: [{ role: 'user' }] }), 1);
    const message = { role: 'assistant', content: 'Done.' };
    expect(JSON.parse(chunks.join(''))).toMatchObject({ choices: [{ message, finish_reason: 'stop' }] });
  });
});
